"""The cards and forms of the roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.activities.roles.cards import board, following, handing, live, preparing, proposals, reaching, setup
from bot.activities.roles.model import Follow, Handover, Own, Plan, Rota, Scene, Swap, descriptions
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.kernel.people import Absence, Person, Settings, Team
from bot.library.load import load
from bot.pieces.rota import Past, Seat, Turn

NOW = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)
STARTS = NOW + timedelta(days=1, hours=6)
NAMES = ("lena", "tomas", "ines", "arun", "divya", "maya", "jo", "sam")
TEAM = Team(TeamId("t" + "0" * 24), Place("local", "w", "bridge"), "bridge", "Europe/Berlin", ready=True)
PEOPLE = tuple(Person(Member("local", "w", name), name.capitalize(), "Europe/Berlin", founding=True) for name in NAMES)
AWAY = Settings(absences=(Absence(date(2026, 3, 16), date(2026, 4, 3)),))
NORA = Person(Member("local", "w", "nora"), "Nora", "Europe/Lisbon")
CREW = (replace(PEOPLE[0], owner=True), *PEOPLE[1:7], replace(PEOPLE[7], settings=AWAY), NORA)
LIBRARY = load(Path(__file__).parents[3] / "prompts")[0]
ID = SessionId(f"roles.{TEAM.id}")
SCENE = Scene(ID, TEAM, CREW, (CREW[0].member,), LIBRARY.roles, LIBRARY.guides)
LENA, TOMAS, INES, ARUN = (person.member for person in CREW[:4])
SEATS = (Seat("facilitator", LENA, "accepted"), Seat("timekeeper", TOMAS, "asked"), Seat("note_taker", INES, "asked"))
TURN = Turn("s" * 16, "Handover between teams", STARTS, STARTS + timedelta(hours=1), SEATS, asked=True)
GUIDED = replace(TURN, answers="guides")
DRAFT = replace(
    TURN,
    id="plan.2026-03-26",
    starts=STARTS + timedelta(days=7),
    seats=(Seat("facilitator", ARUN), Seat("timekeeper", INES), Seat("note_taker")),
    asked=False,
)
DOUBLE = replace(TURN, seats=(*SEATS[:2], Seat("note_taker", TOMAS, "asked")))
RUNNING = replace(TURN, starts=NOW - timedelta(minutes=5), begun=True, title="Weekly call")
MONTH = Turn("month.2026-04-01", "April 2026", STARTS, STARTS, (Seat("archivist", ARUN, "asked"),), "month", asked=True)
PAST = tuple(
    Past(
        f"p{n}",
        "Weekly call",
        NOW - timedelta(days=7 * n),
        "session",
        (("facilitator", NAMES[n], 4), ("timekeeper", NAMES[n + 1], 3), ("timekeeper", NAMES[n + 2], 1)),
        NAMES,
    )
    for n in range(1, 6)
)
PLAN = Plan((3,), time(15), 1, date(2026, 3, 2), 60, "Weekly call")
OWN = Own("own1", "Tea maker", ("Brings the tea.", "Asks who takes milk."), "week")
ROTA = Rota(ID, turns=(TURN, DRAFT, MONTH), past=PAST, plan=PLAN, own=(OWN,), fixed=(("coach", ARUN),))
KNOWN = descriptions(ROTA, SCENE)
FOLLOWED = replace(ROTA, follow=Follow(topic=True, group=True, by=LENA))
ABLE = replace(SCENE, able={"topic": "", "group": ""})
PARTLY = replace(SCENE, able={"topic": "", "group": "A right is missing. Whoever looks after the app can add it."})
SWAP = Swap(3, TOMAS, INES, (TURN.id, "timekeeper"), (DRAFT.id, "timekeeper"), NOW + timedelta(hours=24))
UNREACHED = Seat("timekeeper", TOMAS, "unreached")
EXCHANGE = proposals.Exchange(TURN, "timekeeper", DRAFT, "timekeeper", TOMAS, INES)
HANDOVER = Handover(LENA, INES)
PACK = ("9 people take part; the team's clock is Europe/Berlin.", *handing.pack_lines(ROTA, SCENE))
HOST, TIME = KNOWN["facilitator"], KNOWN["timekeeper"]
LATER = board.Draft(((("facilitator", "maya"), ("timekeeper", "jo")), (("facilitator", "jo"),)))

CARDS = {
    "roles": board.look_card(ROTA, SCENE, LENA, NOW, LATER),
    "roles, for somebody with a turn": board.look_card(ROTA, SCENE, TOMAS, NOW, LATER),
    "roles, while a session runs": board.look_card(replace(ROTA, turns=(RUNNING, DRAFT)), SCENE, INES, NOW),
    "roles, nothing planned": board.look_card(Rota(ID), SCENE, INES, NOW),
    "history": board.history_card(ROTA, SCENE),
    "history, empty": board.history_card(Rota(ID), SCENE),
    "proposal": proposals.proposal_card(ID, TURN, SEATS[1], KNOWN, swaps=True),
    "proposal of two roles": proposals.proposal_card(ID, DOUBLE, DOUBLE.seats[2], KNOWN, swaps=True),
    "proposal, accepted": proposals.proposal_card(ID, TURN, SEATS[0], KNOWN, swaps=True),
    "proposal for a month": proposals.proposal_card(ID, MONTH, MONTH.seats[0], KNOWN, swaps=False),
    "proposal for the host, with a newcomer": proposals.proposal_card(
        ID, TURN, SEATS[0], KNOWN, swaps=True, newcomers=(NORA.member,)
    ),
    "begun": proposals.begun_card(TURN, SEATS[1], KNOWN),
    "not this time": proposals.declined_card(TURN),
    "passed on": proposals.passed_on_card(TURN, "timekeeper", KNOWN),
    "off": proposals.off_card(),
    "filed": proposals.filed_card(),
    "swap": proposals.swap_card(ID, SWAP, EXCHANGE, KNOWN),
    "swapped": proposals.swapped_card(EXCHANGE, KNOWN, TOMAS),
    "both stay": proposals.kept_card(),
    "proposal, opened in the channel": proposals.proposal_card(ID, TURN, UNREACHED, KNOWN, swaps=True),
    "not reached": reaching.way_card(ID, TURN, ("note_taker",), KNOWN),
    "not reached, several": reaching.way_card(ID, TURN, ("facilitator", "timekeeper", "note_taker", "own1"), KNOWN),
    "not reached, settled": reaching.way_over_card(TURN),
    "not reached, gone": reaching.way_over_card(None),
    "swap, not reached": reaching.swap_way_card(ID, SWAP),
    "swap, not reached, settled": reaching.swap_way_over_card(),
    "co-host, not reached": reaching.company_way_card(ID, TURN),
    "co-host, not reached, settled": reaching.company_way_over_card(),
    "handover, not reached": reaching.handover_way_card(ID, "handover1", "#bridge"),
    "handover, not reached, settled": reaching.handover_way_over_card("#bridge"),
    "open role": live.open_card(ID, TURN, "note_taker", KNOWN),
    "open role of their own": live.open_card(ID, TURN, "own1", KNOWN),
    "taken": live.taken_card(ARUN, TURN, "note_taker", KNOWN),
    "taken, for a month": live.taken_card(ARUN, MONTH, "archivist", KNOWN),
    "open role, for a month": live.open_card(ID, MONTH, "archivist", KNOWN),
    "open role, over": live.open_over_card(TURN, "note_taker", KNOWN),
    "a role by hand, nobody": handing.unheld_card("Coach", ARUN, "#bridge"),
    "not reached, for a month": reaching.way_card(ID, MONTH, ("archivist",), KNOWN),
    "missing": live.missing_card(ID, RUNNING, KNOWN),
    "role card": preparing.role_card(
        ID, TURN, HOST, first_time=False, focus="Listen.", remind="", can_have_company=True
    ),
    "role card of a call, first time": preparing.role_card(
        ID, TURN, HOST, first_time=True, focus="Listen.", remind="", can_have_company=True
    ),
    "role card, first time": preparing.role_card(
        ID, GUIDED, HOST, first_time=True, focus="Listen to the end.", remind="Wait a moment.", can_have_company=False
    ),
    "role card of the timekeeper": preparing.role_card(
        ID, GUIDED, TIME, first_time=True, focus="", remind="", can_have_company=False
    ),
    "ten minutes before": preparing.brief_card(TURN, HOST, "Listen to the end."),
    "ten minutes before, with newcomers": preparing.brief_card(TURN, HOST, "", (NORA.member, ARUN)),
    "call": live.call_card(ID, RUNNING, KNOWN),
    "drawn": live.drawn_card(ID, DOUBLE, KNOWN),
    "drawn, over": live.drawn_over_card(),
    "prepared": preparing.ticked_card(ID, TURN, tuple(key for key, _ in preparing.POINTS)),
    "partly prepared": preparing.ticked_card(ID, TURN, ("aim",)),
    "dry run": preparing.dry_card(ID, TURN, 0, (("Opening, 5 minutes", "Say the aim."),)),
    "dry run, five more": preparing.dry_card(ID, TURN, 0, (("Opening, 5 minutes", "Say the aim."),), more=True),
    "dry run, end": preparing.dry_card(ID, TURN, 1, (("Opening, 5 minutes", "Say the aim."),)),
    "co-host?": preparing.company_card(ID, TURN),
    "co-host, yes": preparing.company_answer(TURN, yes=True),
    "co-host, no": preparing.company_answer(TURN, yes=False),
    "co-host, for the host": preparing.company_card_for_host(ARUN, TURN),
    "set up": setup.set_up_card(ROTA, SCENE),
    "topic and group follow": following.followed_card(FOLLOWED, ABLE),
    "nothing follows": following.followed_card(ROTA, ABLE),
    "topic follows no more": following.stopped_card(FOLLOWED, ABLE, "", "A right is missing."),
    "group follows no more": following.stopped_card(FOLLOWED, ABLE, "facilitator", "A right is missing."),
    "own role": setup.own_card(ID, OWN),
    "own role, changed": setup.own_changed_card(ID, OWN, "on"),
    "own role, off": setup.own_changed_card(ID, OWN, "off"),
    "own role, out": setup.own_changed_card(ID, replace(OWN, gone=True), "out"),
    "own roles": setup.own_list_card(ID, [OWN] * 10),
    "date left out": setup.skipped_card(ID, date(2026, 3, 26), STARTS, STARTS),
    "date back": setup.back_card(STARTS),
    "rhythm": setup.rhythm_card(PLAN, (TURN, DRAFT)),
    "rhythm ended": setup.rhythm_card(None, ()),
    "handover, from": handing.handover_card(ID, HANDOVER, PACK, LENA),
    "handover, to": handing.handover_card(ID, HANDOVER, PACK, INES),
    "coach's week": handing.coach_card("#bridge", ("1 thing to do is past its day: ask IT about access.",)),
    "handed over": handing.handover_done(HANDOVER, "#bridge"),
    "not handed over": handing.handover_off(),
    "no owner": handing.owner_card(ID, "#bridge"),
    "owner found": handing.owner_found_card(INES, "#bridge"),
    "volunteered": setup.volunteered("facilitator", KNOWN, on=True),
    "not volunteered": setup.volunteered("facilitator", KNOWN, on=False),
    "rather not": setup.avoided_card(("timekeeper",), KNOWN),
    "all again": setup.avoided_card((), KNOWN),
}
FORMS = {
    "swap": proposals.swap_form(SCENE, TURN, "timekeeper", (EXCHANGE,), KNOWN),
    "prepare": preparing.prepare_form(ID, TURN, ("aim",), KNOWN),
    "set up": setup.set_up_form(ROTA, SCENE),
    "what follows": following.follow_form(FOLLOWED, ABLE, following.offered(FOLLOWED, ABLE)),
    "what follows, partly": following.follow_form(ROTA, PARTLY, following.offered(ROTA, PARTLY)),
    "own role": setup.own_form(ID),
    "own role, to change": setup.own_form(ID, OWN, on=False),
    "rhythm": setup.rhythm_form(ID, PLAN),
    "rather not": setup.avoid_form(ROTA, SCENE, TOMAS),
}
