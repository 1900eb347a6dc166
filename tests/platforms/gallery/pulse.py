"""The cards and forms of a pulse."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.activities.pulse import cards
from bot.activities.pulse.model import Invitation, Repeating, Setting, Shown
from bot.activities.pulse.model.programmes import Programme, moments
from bot.kernel.ids import Member, Place, SessionId
from bot.library import load
from bot.pieces.metrics import Share
from bot.pieces.questions import filled
from bot.pieces.results import results as show_results
from bot.pieces.scores import paired_effect

NOW = datetime(2026, 6, 19, 15, 0, tzinfo=UTC)
LENA, INES = Member("local", "w", "lena"), Member("local", "w", "ines")
SURVEYS = load(Path(__file__).parents[3] / "prompts")[0].surveys
SAFETY = SURVEYS["psych-safety"]
SETTING = Setting(
    id=SessionId("p" * 16),
    place=Place("local", "w", "bridge"),
    label="#bridge",
    zone="Europe/Berlin",
    survey="psych-safety",
    title="Safe to speak",
    mode="anonymous",
    minimum=5,
    open_days=3,
    reminder=True,
    count=7,
    first="Here I can say openly that I got something wrong.",
    guide="focus-group",
    readers="team",
    owners=(LENA, INES),
    starter=LENA,
)
OWNER, LINKED, NAMED = (
    replace(SETTING, readers="owner"),
    replace(SETTING, mode="linked", title="L2 Learning", part="after"),
    replace(SETTING, mode="named"),
)
INVITATION = Invitation(
    SessionId("i" * 24), SETTING.id, INES, SETTING, NOW, "Europe/Berlin", (0, 1, 2, 3, 4), time(9), time(17)
)
UNTIL = NOW + timedelta(days=3)


def shown(n: int, follows: str = "") -> Shown:
    answers = [
        {question.id: 5 - (person + number) % 4 for number, question in enumerate(SAFETY.questions)}
        for person in range(n)
    ]
    words = [{"question": "one change", "text": "A shorter Monday."}]
    before = show_results(SAFETY, answers[::-1], words, Share(n, n + 1))
    results = show_results(SAFETY, answers, words, Share(n, n + 1), (before,))
    waves = [[label, [["Safe to speak", 50 + 5 * number]]] for number, label in enumerate(("Mar 2026", "Jun 2026"))]
    row = {"results": results.to_row(), "chart": waves, "rate": [n, n + 1], "undelivered": 0}
    return Shown(SETTING, NOW, json.dumps(row), "March", NOW + timedelta(days=14), follows)


def effect(n: int) -> Shown:
    found = paired_effect([(2 + number % 3, 3 + number % 2) for number in range(n)])
    assert found is not None
    return replace(shown(7), setting=LINKED, row=json.dumps({"pairs": cards.pairs_row(found, 5, 1)}))


REPEATING = Repeating(
    SessionId("s" * 16),
    SETTING.place,
    "#bridge",
    "Europe/Berlin",
    "psych-safety",
    "Safe to speak",
    13,
    date(2026, 3, 24),
    time(10),
    date(2026, 6, 23),
    LENA,
)

PROGRAMME = Programme(
    SessionId("m" * 16),
    SETTING.place,
    "#bridge",
    "Europe/Berlin",
    "Negotiation",
    date(2026, 6, 29),
    date(2026, 8, 3),
    6,
    LENA,
)
DUE = moments(PROGRAMME, NOW)
HALFWAY = replace(
    PROGRAMME,
    said=(
        ("reaction", "8 people answered. Most agree"),
        ("learning", "7 pairs. Most are surer than before; the change is large (indication). " + cards.NO_PROOF),
    ),
    measures=("Deals closed: start 12, now 15, target missing, source CRM, entered by Lena",),
)

GATHERING = replace(
    OWNER, gathers="joining", months=6, copies=True, part="day 30", contacts="Talk to care@example.org."
)
AT_DAY_30 = replace(INVITATION, setting=GATHERING)

CARDS = {
    "gathering, started": cards.started_card(GATHERING, 0, UNTIL),
    "invitation, day 30": cards.invitation_card(AT_DAY_30, UNTIL),
    "thanks, in half a year": cards.thanks_card(AT_DAY_30, UNTIL),
    "sent on with the name": cards.copied_card(AT_DAY_30),
    "read with the name": cards.copy_card(AT_DAY_30, ("Tasks are known: Agree.", "Newcomers feel welcome: Agree.")),
    "four levels, nothing yet": cards.programme_card(PROGRAMME, DUE),
    "four levels, halfway": cards.programme_card(HALFWAY, DUE),
    "four levels, in private": cards.programme_private_card(HALFWAY, DUE, leads=True),
    "four levels, started": cards.programme_started_card(PROGRAMME, DUE),
    "four levels, ended": cards.programme_ended_card(PROGRAMME),
    "no programme": cards.no_programme_card(leads=True),
    "invitation, late before": cards.invitation_card(replace(INVITATION, setting=replace(LINKED, late=True)), UNTIL),
    "invitation": cards.invitation_card(INVITATION, UNTIL),
    "invitation, named": cards.invitation_card(replace(INVITATION, setting=NAMED), UNTIL),
    "invitation, for owners": cards.invitation_card(replace(INVITATION, setting=OWNER), UNTIL),
    "reminder": cards.reminder_card(INVITATION, UNTIL),
    "thanks": cards.thanks_card(INVITATION, UNTIL),
    "thanks, linked": cards.thanks_card(replace(INVITATION, setting=LINKED), UNTIL),
    "counted already": cards.again_card(SETTING),
    "not this time": cards.declined_card(INVITATION),
    "never": cards.never_card(),
    "closed": cards.closed_part_card(SETTING),
    "removed": cards.removed_card(),
    "started": cards.started_card(SETTING, 8, UNTIL),
    "offered in the channel": cards.offer_card(SETTING),
    "called off": cards.called_off_card(SETTING),
    "between": cards.between_card(LINKED),
    "settled": cards.settled_card(LINKED),
    "settling": cards.settling_card(LINKED, UNTIL),
    "repeats": cards.repeating_card(REPEATING, UNTIL),
    "repeats, before and after": cards.repeating_card(replace(REPEATING, linked=True), UNTIL),
    "what repeats": cards.schedules_card(
        (("Safe to speak", cards.schedule_line(REPEATING, UNTIL), REPEATING.id), ("Pulse", "monthly", REPEATING.id))
    ),
    "the next one moved": cards.next_card(REPEATING, UNTIL),
    "cannot begin": cards.held_card(REPEATING, SessionId(""), "Too few people take part."),
    "schedule ended": cards.stopped_card(REPEATING),
    "held back": cards.held_card(REPEATING, SETTING.id),
    "owed": cards.owed_card(SETTING),
    "owed, refusal": cards.owed_refusal("Safe to speak", SETTING.id),
    "too few": cards.too_few_card(SETTING),
    "too few, repeating": cards.too_few_card(replace(SETTING, again=date(2026, 9, 22))),
    "too few pairs": cards.too_few_card(LINKED),
    "results of seven": cards.results_card(shown(7)),
    "results of twelve": cards.results_card(shown(12)),
    "results, followed": cards.results_card(shown(12, "We start each review with one thing that went wrong.")),
    "detail of seven": cards.detail_card(shown(7)),
    "detail of twelve": cards.detail_card(shown(12)),
    "files": cards.files_card(shown(12)),
    "effect of eight": cards.results_card(effect(8)),
    "effect of twelve": cards.results_card(effect(12)),
    "with names": cards.named_card(NAMED, ("Energy: Lena High, Ines Low.",)),
    "no results": cards.latest_card(()),
    "results so far": cards.latest_card(
        (("Safe to speak", "closed 19 June 2026", SETTING.id), ("Pulse", cards.TOO_FEW, SETTING.id))
    ),
    "results so far, for an owner": cards.latest_card(
        (("Safe to speak", "closed 19 June 2026", SETTING.id),), ("Pulse: 2 people did not get it.",)
    ),
    "report, for owners": cards.report_card("#bridge", 13, (("Roles", "3 of 8 have hosted"),), leads=True),
    "report, definitions": cards.definitions_card(),
    "report, files": cards.report_files_card("#bridge", date(2026, 6, 19), 4, (("Rhythm", "4 rounds", "4", "4"),)),
    "report": cards.report_card("#bridge", 4, (("Taking part", "71 % of 28"), ("Rhythm", "4 rounds"))),
}
FORMS = {
    "survey with a name by choice": cards.survey_form(AT_DAY_30, SURVEYS["newcomer-30-60-90"]),
    "programme": cards.programme_form("Negotiation", date(2026, 6, 29)),
    "results of a programme": cards.results_form(PROGRAMME, SURVEYS["results"]),
    "survey": cards.survey_form(INVITATION, SAFETY),
    "survey with words": cards.survey_form(INVITATION, SURVEYS["team-pulse"]),
    "survey of ten steps": cards.survey_form(INVITATION, filled(SURVEYS["recommend"], "#bridge", "")),
    "long survey": cards.survey_form(INVITATION, SURVEYS["readiness"]),
    "survey with yes and no": cards.survey_form(INVITATION, SURVEYS["application"]),
    "survey with choices": cards.survey_form(INVITATION, SURVEYS["skills-needs"]),
    "which survey": cards.menu_form(tuple(SURVEYS.values()), "", (("t1", "#bridge"), ("t2", "#harbour"))),
    "repeat": cards.schedule_form(tuple(SURVEYS.values()), "psych-safety", 13, "2026-06-22"),
    "move": cards.move_form(REPEATING, UNTIL),
    "own": cards.own_form(),
    "what follows": cards.follow_form(SETTING),
}
