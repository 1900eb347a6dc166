"""The cards of a guided session."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.activities.guides.cards import ask, browse, days, moves, notes, own, plan, play
from bot.activities.guides.cards import now as cards
from bot.activities.guides.model import (
    Answer,
    Asked,
    Choosing,
    Course,
    Extension,
    Gathered,
    Grouped,
    Lobby,
    Paused,
    Planned,
    Recapping,
    Replying,
    Rounding,
    Running,
    Said,
    Setting,
    Talk,
    Writing,
    course_of,
)
from bot.activities.guides.model import Note as Jotted
from bot.kernel.content import GroundRules, Guide, Move, Question, Rule, Step
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.pieces.ballot import Collecting, Idea, Settled, Tied, Votes, Voting
from bot.pieces.turns import Turns

NOW = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)
TEAM = tuple(Member("local", "w", name) for name in ("ines", "sam", "maya", "tomas", "arun", "divya"))
TALK = Step(
    id="talk",
    kind="open",
    title="Guided discussion",
    minutes=30,
    min_minutes=10,
    flex=True,
    think_seconds=60,
    questions=(
        Question("Where does {topic} go wrong?", ("What makes it hard?",)),
        Question("What would we change first?"),
    ),
    say="Our topic is {topic}. Take a minute to think.",
    tip="One question that leads to a good talk is enough.",
)
STEPS = (
    Step(id="checkin", kind="round", title="Check-in round", minutes=10, min_minutes=5),
    TALK,
    Step(id="pairs", kind="breakout", title="Questions or pairs", minutes=15, min_minutes=5, size=2),
    Step(id="recap", kind="recap", title="Recap", minutes=5, min_minutes=3, collects=("key_points", "decisions")),
)
GUIDE = Guide(
    id="learning-hour",
    title="Learning hour",
    purpose="One topic in one hour.",
    goal_type="explore",
    total_minutes=60,
    steps=STEPS,
    prepare=("Name the topic in a few words.",),
)
SETTING = Setting(
    id=SessionId("s" * 16 + ".t" + "1" * 12),
    team=TeamId("t" + "1" * 12),
    place=Place("local", "w", "bridge"),
    team_label="#bridge",
    zone="Europe/Berlin",
    guide="learning-hour",
    title="Learning hour",
    version=1,
    purpose="One topic in one hour.",
    goal="solve",
    topic="Handover between teams",
    host=TEAM[0],
    owners=(),
    expected=TEAM,
    steps=STEPS,
    seed=1,
    roles=("facilitator", "timekeeper", "note_taker"),
    holders=(("facilitator", TEAM[0]), ("timekeeper", TEAM[1]), ("note_taker", TEAM[2])),
    today="how we hand over",
    not_today="who was on call",
    link="https://call.example/bridge",
    repeat=2,
    rules=("One voice at a time.", "Pass is always fine."),
    rules_title="Core rules",
    prepare=("Name the topic in a few words.",),
    carried="What do we do on Fridays?",
    open_actions=("Checklist draft, Divya.",),
    questions=(Asked("Who owns the list?", TEAM[5], TEAM[:3]), Asked("Why three lists?", None)),
)
RULES = GroundRules(id="core", title="Core rules", rules=(Rule("pass", "Pass is always fine."),))
MOVE = Move(
    id="M05",
    title="Personal invitation by message",
    say=("Would you like a turn on {topic}? No is fine.", "We are at {step}."),
    moment="You think somebody would like to speak and does not find a moment for it.",
    avoid="Do not invite by name in front of the group.",
)
PARTS, AGENDA = course_of(STEPS)
COURSE = Course(PARTS, AGENDA, 1, NOW, NOW + timedelta(minutes=30), Talk(think=NOW + timedelta(minutes=1)))
RUN = Running(SETTING, COURSE, NOW, NOW + timedelta(minutes=50), NOW, TEAM)
TURNS = Rounding(Turns(TEAM), NOW + timedelta(seconds=60), 60)


def at(index: int, live: object, **more: object) -> Running:
    return replace(RUN, course=replace(COURSE, at=index, live=live, **more))  # type: ignore[arg-type]


ROUND = at(0, TURNS)
SILENT = Step(id="notes", kind="silent", title="Silent notes", minutes=5, questions=(Question("What do we drop?"),))
WRITING = replace(
    RUN,
    course=replace(
        COURSE,
        parts=(replace(PARTS[0], step=SILENT), *PARTS[1:]),
        at=0,
        live=Writing((Jotted("The list", TEAM[0]), Jotted("The meeting", TEAM[1]))),
    ),
)
PAIRS = at(2, Grouped((TEAM[:2], TEAM[2:4], TEAM[4:]), ("We need one owner.",)))
RECAP = at(3, Recapping())
EXTENDED = replace(
    RUN,
    course=replace(COURSE, agenda=AGENDA.extend(1, 5, "end"), ends=COURSE.ends + timedelta(minutes=5)),
    extension=Extension(TEAM[1], 1, AGENDA, "end"),
)
FROM_FLEX = replace(
    ROUND,
    course=replace(ROUND.course, agenda=AGENDA.extend(0, 5, "flexible")),
    extension=Extension(TEAM[1], 1, AGENDA, "flexible"),
)
IDEAS = tuple(Idea(str(n), text) for n, text in enumerate(("The list", "The meeting", "The report"), 1))
VOTING = Voting(IDEAS, 3, (Votes(TEAM[0], (("1", 2),)), Votes(TEAM[1], (("2", 2),))))
TIED = Tied((("1", 2), ("2", 2), ("3", 0)), IDEAS, (), IDEAS[:2], 1)
SETTLED = Settled(TIED.totals, IDEAS, IDEAS[:1], "decider", "It costs the most time", "People meet there", (("1", 1),))
OVER_DAYS = replace(WRITING, setting=replace(SETTING, days=True))
OVER_DAYS = replace(
    OVER_DAYS, course=replace(OVER_DAYS.course, live=Writing((Jotted("Keep it", TEAM[0]),) * 2, named=True))
)
REPLYING = replace(
    OVER_DAYS,
    answers=(Answer("Keep it, shorter.", TEAM[0]), Answer("Drop it.", TEAM[1]), Answer("Fewer.", None)),
    course=replace(OVER_DAYS.course, live=Replying(((0, Answer("Who writes the page?", TEAM[2])),))),
)
SAID = (Said("Context gets lost.", TEAM[1], "Check-in", NOW), Said("Three lists.", TEAM[2], "Discussion", NOW))
NOTED = replace(RUN, gathered=Gathered(SAID, ("The new tool",)))
PLANNED = Planned(SETTING, NOW, posted=True)

CARDS = {
    "list": browse.list_card(tuple(replace(GUIDE, id=f"guide-{n}") for n in range(12))),
    "list, nothing fits": browse.list_card((), "solve 7"),
    "a guide": browse.guide_card(GUIDE, (30, 45, 60, 90)),
    "suggested": browse.suggest_card((GUIDE, GUIDE, GUIDE), "Last time here: Learning hour."),
    "planned here": browse.planned_list(((SETTING.id, "Handover", "Learning hour", NOW),) * 7),
    "nothing planned": browse.planned_list(()),
    "planned": plan.planned_card(PLANNED),
    "pre-post": plan.pre_post(PLANNED),
    "pre-post, for somebody back from leave": plan.back_post(PLANNED),
    "pre-post, for somebody back from leave, many questions": plan.back_post(
        replace(PLANNED, setting=replace(SETTING, questions=SETTING.questions * 3))
    ),
    "pre-post, begun": plan.begun_card(PLANNED),
    "pre-post, dropped": plan.dropped_card(SETTING),
    "a question": plan.question_card(SETTING, 0, SETTING.questions[0]),
    "a question without a name": plan.question_card(SETTING, 1, SETTING.questions[1]),
    "lobby": cards.lobby_card(Lobby(SETTING, NOW, TEAM[:3])),
    "not started": cards.not_started_card("Nobody started it within half an hour."),
    "now": cards.now_card(RUN, NOW),
    "now, time is up": cards.now_card(at(1, Talk(), over=True), NOW + timedelta(minutes=36)),
    "now, a round": cards.now_card(ROUND, NOW),
    "now, a round, finish": cards.now_card(at(0, replace(TURNS, over=True)), NOW),
    "now, a round, all done": cards.now_card(at(0, replace(TURNS, turns=Turns((), heard=TEAM))), NOW),
    "now, writing": cards.now_card(WRITING, NOW),
    "now, notes shown": cards.now_card(replace(WRITING, course=replace(WRITING.course, live=Writing(shown=True))), NOW),
    "now, pairs": cards.now_card(PAIRS, NOW),
    "now, recap": cards.now_card(RECAP, NOW),
    "now, recap written": cards.now_card(at(3, Recapping(written=True)), NOW),
    "now, ideas": cards.now_card(at(2, Choosing(Collecting(IDEAS[:1]))), NOW),
    "now, ideas enough": cards.now_card(at(2, Choosing(Collecting(IDEAS))), NOW),
    "now, a vote": cards.now_card(at(2, Choosing(VOTING, IDEAS)), NOW),
    "now, a tie": cards.now_card(at(2, Choosing(TIED, IDEAS)), NOW),
    "now, settled": cards.now_card(at(2, Choosing(SETTLED, IDEAS)), NOW),
    "run-off": cards.run_off_line(RUN),
    "count": cards.count_card(RUN, SETTLED, IDEAS),
    "outcome": cards.outcome_line(SETTLED),
    "own dots": ask.own_dots_card(RUN, VOTING, TEAM[0]),
    "own guide kept": own.kept_card(GUIDE, 2),
    "own guide, problems": own.problems_card('title: "Look back"', ("Line 6: the steps add up to 13 minutes.",) * 10),
    "step line": cards.step_line(RUN),
    "over line": cards.over_line(RUN),
    "call": cards.call_line(TURNS),
    "played": play.beat_line(RUN, 0),
    "played, a turn": play.spoke_line(TEAM[1]),
    "played, a sentence": play.back_line("One list instead of three"),
    "a group": cards.group_card(SETTING, SETTING.steps[2], TEAM[:3], NOW),
    "a later joiner": cards.joined_line(TEAM[0], TEAM[1:3]),
    "notes": cards.notes_card("Silent notes", ("The list", "The meeting")),
    "no notes": cards.notes_card("Silent notes", ()),
    "half time": cards.half_cue(RUN),
    "two minutes": cards.two_cue(RUN),
    "turn over": cards.turn_cue(TURNS),
    "could say": cards.prompt_card(RUN),
    "wanted: note-taker": cards.wanted_card(RUN, "note_taker"),
    "wanted: host": cards.wanted_card(RUN, "facilitator"),
    "taken": cards.taken_card("note_taker", TEAM[4]),
    "still going": cards.going_on_card(RUN),
    "went on": cards.went_on_card(),
    "closed": cards.closed_line(),
    "undone": cards.undone_line(RUN),
    "paused": cards.paused_card(Paused(RUN, NOW)),
    "paused after an outage": cards.paused_card(Paused(RUN, NOW, timedelta(minutes=42))),
    "back": cards.back_line(ROUND, timedelta(seconds=70)),
    "ending": cards.ending_card(RUN),
    "over": cards.over_card(SETTING, 65, 6, record=True),
    "undo": ask.undo_card(RUN, "Guided discussion has begun."),
    "five more": ask.extension_card(EXTENDED, NOW),
    "five more from the flexible step": ask.extension_card(FROM_FLEX, NOW),
    "more": ask.more_card(RUN, TEAM[5]),
    "more for the host": ask.more_card(RUN, TEAM[0]),
    "more while paused": ask.more_card(Paused(RUN, NOW), TEAM[0]),
    "over days": cards.now_card(OVER_DAYS, NOW),
    "over days, answers are out": cards.now_card(
        replace(OVER_DAYS, course=replace(OVER_DAYS.course, live=Writing(shown=True, named=True))), NOW
    ),
    "over days, replies": cards.now_card(REPLYING, NOW),
    "over days, nothing to reply to": cards.now_card(replace(REPLYING, answers=()), NOW),
    "over days, proposals": cards.now_card(
        replace(OVER_DAYS, course=replace(OVER_DAYS.course, live=Choosing(Collecting(IDEAS)))), NOW
    ),
    "over days, an answer": days.answer_card(SETTING, 0, Answer("Keep it, shorter.", TEAM[0])),
    "over days, a reply": days.reply_line(REPLYING, 0, Answer("Who writes the page?", TEAM[1])),
    "over days, pointer": days.pointer_card(REPLYING),
    "over days, nobody": days.nobody_line(),
    "over days, summary": days.summary_card(replace(REPLYING, gathered=Gathered(points=("Fewer calls",)))),
    "over days, vote": days.vote_line(REPLYING),
    "over days, longer": days.longer_card(REPLYING),
    "over days, half way": days.half_cue(REPLYING),
    "notes so far": notes.notes_so_far(NOTED, TEAM[2]),
    "notes so far, none": notes.notes_so_far(RUN, TEAM[5]),
    "swap": ask.swap_card(RUN),
    "ground rules": moves.rules_card(SETTING),
    "which ground rules": moves.rules_choice(SETTING.id, (RULES, replace(RULES, id="other", title="Other rules"))),
    "other ground rules": moves.rules_changed_line(SETTING),
    "moves": moves.moves_card((MOVE, replace(MOVE, id="M02")), (MOVE,), SETTING.id),
    "all thirty-six moves": moves.moves_card(tuple(replace(MOVE, id=f"M{n:02}") for n in range(1, 37))),
    "a move": moves.move_card(MOVE, SETTING, "Guided discussion"),
    "a move, no session": moves.move_card(MOVE),
    "75 minutes": moves.sitting_cue(RUN),
    "questions": ask.questions_card(RUN),
}
FORMS = {
    "note": ask.note_form(SETTING),
    "park": ask.note_form(SETTING, park=True),
    "write": ask.write_form(ROUND),
    "jot": ask.jot_form(WRITING, ("The list",)),
    "back": ask.back_form(PAIRS),
    "answer": ask.jot_form(OVER_DAYS, ()),
    "tidy": notes.tidy_form(NOTED),
    "reply": days.reply_form(REPLYING, "1"),
    "recap": ask.recap_form(at(3, Recapping())),
    "merge": ask.merge_form(RUN, IDEAS),
    "idea": ask.idea_form(RUN),
    "decide": ask.decide_form(RUN, TIED),
    "own guide": own.own_form(),
    "paste a guide": own.paste_form(),
    "question": ask.question_form(SETTING),
    "start": plan.start_form((GUIDE,), "learning-hour"),
    "plan": plan.plan_form((GUIDE,), "learning-hour", "2026-03-26"),
}
