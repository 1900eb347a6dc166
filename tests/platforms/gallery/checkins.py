"""The cards and forms of a check-in."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.activities.checkins.cards import answers, duty, forms, plans
from bot.activities.checkins.cards import hands as hand_cards
from bot.activities.checkins.model import (
    Answer,
    Ask,
    Asking,
    Chosen,
    Plan,
    Scheduled,
)
from bot.kernel.calendar import Monthly, Once, Rule, Weekly, Workdays
from bot.kernel.ids import Member, Place, SessionId

NOW = datetime(2026, 6, 16, 7, 30, tzinfo=UTC)
TEAM = tuple(Member("local", "w", name) for name in ("divya", "sam", "maya", "tomas", "arun", "jo"))
LONG = "x" * 280
KINDS = (
    Ask("What did you finish?"),
    Ask("How full is your plate?", "choice", ("Room left", "Full", "Too full")),
    Ask("How was it?", "scale", ("hard", "easy")),
    Ask("Hours?", "number"),
    Ask("Help wanted?", "yes_no"),
)
ASKING = Asking(
    id=SessionId("a" * 24 + ".t" + "0" * 24),
    place=Place("local", "w", "bridge"),
    team_label="#bridge",
    zone="Europe/Berlin",
    day=date(2026, 6, 16),
    asks=(Ask("What went a bit better than you expected?"),),
    closes=NOW + timedelta(hours=12),
    schedule=SessionId("s" * 16 + ".t" + "0" * 24),
    hand=True,
    often="weekly",
)
SPOT = replace(ASKING, asked_by=TEAM[3], often="", schedule=SessionId(""))
ONCE = replace(ASKING, reveal="at_once")
PLATE = replace(ASKING, asks=(KINDS[1], Ask("In a sentence", required=False)))
LONGEST = replace(ASKING, asks=tuple(Ask(LONG) for _ in range(5)))
ANSWERS = tuple(Answer(member, SessionId(f"p{n}"), (f"Answer {n}.",), late=n == 5) for n, member in enumerate(TEAM))
MANY = tuple(Answer(TEAM[n % 6], SessionId(f"p{n:03}"), ("y" * 1000,)) for n in range(40))
PLATES = tuple(replace(answer, values=(KINDS[1].choices[n % 3], "")) for n, answer in enumerate(ANSWERS))
DUTY = replace(
    ASKING,
    roles=("facilitator", "note_taker"),
    holders=(("facilitator", TEAM[0]), ("note_taker", TEAM[1])),
)
PLAN = Plan(
    ASKING.schedule, ASKING.place, "#bridge", "Europe/Berlin", Rule(Weekly((1,), date(2026, 6, 1)), time(9, 30), "each")
)
NEXT = Chosen(date(2026, 6, 23), ASKING.asks, "wins-01", "wins")
SCHEDULED = Scheduled(PLAN, NEXT)
NAMES = tuple((member, member.user.capitalize()) for member in TEAM)
CATEGORIES = tuple((f"kind{n}", f"A kind of question {n}") for n in range(15))

CARDS = {
    "question": answers.prompt_card(ASKING),
    "question on the spot": answers.prompt_card(SPOT),
    "question with answers of last time": answers.prompt_card(replace(ASKING, before=SessionId("b" * 24))),
    "longest question": answers.prompt_card(LONGEST),
    "question, zone unknown": answers.with_zone(answers.prompt_card(ASKING), "Europe/Berlin"),
    "reminder, zone unknown": answers.with_zone(answers.reminder_card(ASKING), "America/Argentina/Buenos_Aires"),
    "saved, zone unknown": answers.with_zone(answers.saved_card(ASKING), "Europe/Berlin"),
    "later": answers.later_card(ASKING, NOW),
    "reminder": answers.reminder_card(ASKING),
    "saved": answers.saved_card(ASKING),
    "passed": answers.passed_card(ASKING),
    "added": answers.added_card(ASKING),
    "closed for you": answers.closed_card(ASKING, answered=False),
    "closed, answered": answers.closed_card(ASKING, answered=True),
    "filed for you": answers.over_card(ASKING),
    "held for you": answers.held_for_you_card(ASKING),
    "stopped": answers.stopped_card(ASKING),
    "open": answers.open_card(ASKING, 0),
    "open with answers": answers.open_card(ASKING, 3),
    "open, not everybody reached": answers.open_card(ASKING, 3, missed=True),
    "open at once": answers.open_card(ONCE, 3),
    "open with roles": answers.open_card(DUTY, 3),
    "host, after the close": duty.after_card(DUTY, "facilitator"),
    "note-taker, after the close": duty.after_card(DUTY, "note_taker"),
    "open, longest": answers.open_card(LONGEST, 3),
    "summary": answers.summary_card(ASKING, ANSWERS, NOW),
    "summary, filed": answers.summary_card(ASKING, ANSWERS, None),
    "summary of choices": answers.summary_card(PLATE, PLATES, NOW),
    "summary of many": answers.summary_card(LONGEST, MANY, NOW),
    "summary in the thread": answers.summary_card(replace(ASKING, summary="thread"), ANSWERS, NOW),
    "nobody answered": answers.summary_card(ASKING, (), NOW),
    "page": answers.page_card(ASKING, MANY[:15]),
    "read": answers.read_card(ASKING, MANY, 2),
    "reply": answers.reply_card(ASKING, ANSWERS[5]),
    "a hand": hand_cards.hand_card(TEAM[1], SessionId("p1"), "the access list"),
    "a hand, taken": hand_cards.hand_taken_card(TEAM[1], TEAM[2], "the access list"),
    "a hand, for one": hand_cards.hand_for_card(TEAM[1], SessionId("p1"), "the access list", "#bridge"),
    "a hand, for one, taken": hand_cards.hand_for_taken_card(TEAM[1], "the access list"),
    "a hand, for one, not reached": hand_cards.hand_lost_card(TEAM[1], SessionId("p1"), "the access list"),
    "saved, a helper to choose": answers.choose_helper_card(ASKING, SessionId("p1")),
    "helper": hand_cards.helper_card(TEAM[2], "the access list"),
    "pointer": answers.pointer_card(ASKING, 4, "Yesterday's"),
    "held": answers.held_card(),
    "mine": answers.mine_card([(ASKING.id, "2026-06-16", "What helped?", "A walk.")] * 5),
    "mine, ahead": answers.mine_card([], [(PLAN.id, "2026-06-23", "I am on a train.")]),
    "mine, nothing": answers.mine_card([]),
    "figures": answers.figures_card("#bridge", ["Last four weeks: 71 % took part."]),
    "files": answers.files_card([("check-ins.csv", "day,question\n"), ("check-ins.md", "# Check-ins\n")]),
    "preview": plans.preview_card(PLAN, [NOW + timedelta(weeks=n) for n in range(4)]),
    "preview with roles": plans.preview_card(replace(PLAN, roles=("facilitator", "note_taker")), [NOW]),
    "preview without dates": plans.preview_card(PLAN, [], ["Every Tuesday at 09:30"]),
    "plan saved": plans.saved_plan_card(SCHEDULED),
    "manage": plans.manage_card(SCHEDULED),
    "manage, paused": plans.manage_card(replace(SCHEDULED, paused=True)),
    "manage, over": plans.manage_card(replace(SCHEDULED, next=None)),
    "skipped": plans.skipped_card(SCHEDULED),
    "moved": plans.moved_card(SCHEDULED),
    "paused": plans.paused_card(SCHEDULED),
    "resumed": plans.resumed_card(SCHEDULED),
    "another question": plans.question_card(SCHEDULED, retired=False),
    "retired question": plans.question_card(SCHEDULED, retired=True),
    "hold": plans.hold_card("#bridge", [(PLAN.id, "Every Tuesday")]),
    "hold one of two": plans.hold_card("#bridge", [(PLAN.id, "Every Tuesday"), (PLAN.id, "Once")]),
    "hold done": plans.held_done_card(SCHEDULED),
    "hold, to the owner": plans.held_for_owner_card(SCHEDULED),
    "low": plans.low_card(PLAN),
    "drift": plans.drift_card(PLAN),
    "overview": plans.overview_card(
        "#bridge",
        [(ASKING, False), (SPOT, True)],
        [
            (PLAN.id, plans.rule_line(PLAN), plans.short_line(SCHEDULED), False),
            (PLAN.id, plans.rule_line(PLAN), "", True),
        ],
        owner=True,
        done=[plans.skipped_line(PLAN, "I was away at that time")],
    ),
    "overview, nothing": plans.overview_card("#bridge", [], [], owner=False),
    "lead": plans.lead_card(PLAN, Chosen(ASKING.day, ASKING.asks)),
    "lead over": plans.lead_over_card(),
    "open, led": answers.open_card(ASKING, 3, lead=ANSWERS[0]),
    "question, led": answers.prompt_card(replace(ASKING, led=True)),
    "goal": plans.goal_card("every request answered within a day"),
    "preview, every day": plans.preview_card(replace(PLAN, rule=Rule(Workdays(), time(9, 30))), [NOW]),
    "question added": plans.added_question_card("Which map do you miss?"),
}
FORMS = {
    "answer": forms.answer_form(ASKING, (), "", closed=False),
    "answer again": forms.answer_form(ASKING, ("A walk.",), "a map", closed=True),
    "answer, every kind": forms.answer_form(
        replace(ASKING, asks=KINDS), ("", "Full", "4", "7", "No"), "", closed=False
    ),
    "answer, longest": forms.answer_form(LONGEST, (), "", closed=False),
    "goal": forms.goal_form(""),
    "helper": forms.helper_form(SessionId("p1"), [("sam", "Sam"), ("jo", "Jo")]),
    "helper in a big team": forms.helper_form(SessionId("p1"), []),
    "schedule": forms.plan_form(PLAN, NAMES, CATEGORIES),
    "schedule, own questions": forms.plan_form(replace(PLAN, own=KINDS), NAMES, CATEGORIES),
    "schedule, monthly": forms.plan_form(replace(PLAN, rule=Rule(Monthly(-1, 4), time(10))), NAMES, ()),
    "schedule, workdays": forms.plan_form(replace(PLAN, rule=Rule(Workdays(), time(10))), (), ()),
    "schedule, once": forms.plan_form(replace(PLAN, rule=Rule(Once(date(2026, 6, 30)), time(10))), (), ()),
    "ask now": forms.ask_form("What helped you today?"),
    "answer ahead": forms.ahead_form(PLAN, NEXT),
    "move once": forms.move_form(PLAN, NEXT),
    "own question": forms.question_form(CATEGORIES),
}
