"""Ground rules for a session, and moves: what one could do or say now."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.activities.guides.cards.parts import button, joined, typed
from bot.activities.guides.model import SITTING, Choosing, Lobby, MovesWanted, Paused, Running, Session, Setting, fill
from bot.activities.guides.model.texts import fill_plain
from bot.kernel.cards import Action, Block, Buttons, Card, Choice, Option, Text, hint
from bot.kernel.content import GroundRules, Move
from bot.kernel.ids import NO_SESSION, SessionId

MOST_FITTING = 6
UNSEEN = ("share_spoken", "silence", "silence_repeated", "stuck")  # what only people in the room can tell
ONLY_YOU = Text("Only you see this.", muted=True)


def rules_card(setting: Setting) -> Card:
    """In the thread, before a session begins: what holds while it runs. Whoever steers can choose another set."""
    lines = tuple(Text(f"{number}. {rule}") for number, rule in enumerate(setting.rules, 1))
    return Card(setting.rules_title, (*lines, Buttons((button(setting.id, "Change", "rules"),))))


def rules_choice(session: SessionId, sets: tuple[GroundRules, ...]) -> Card:
    """Private: the sets there are, each with its first rules."""
    options = tuple(Option(one.id, one.title, " ".join(rule.text for rule in one.rules)[:75]) for one in sets)
    line = Text("They hold for this session, and the next one begins with them.")
    return Card(
        "Which ground rules?", (line, Choice("Ground rules", Action("guides", session, "rules_set"), options), ONLY_YOU)
    )


def rules_changed_line(setting: Setting) -> Card:
    """In the thread: an edit notifies nobody, so the change has a line of its own."""
    return hint(f"Ground rules from now on, {setting.rules_title}: {' '.join(setting.rules)}")


def answer(state: Session, event: MovesWanted, now: datetime) -> Card:
    """The moves for somebody in this session: all of them, those that fit now first; or the one they chose."""
    run = state.run if isinstance(state, Paused) else state
    if not isinstance(run, Running | Lobby):
        return moves_card(event.moves) if not event.chosen else move_card(_chosen(event))
    if event.chosen:
        return move_card(_chosen(event), run.setting, _step_of(run))
    fitting = [move for move in event.moves if isinstance(run, Running) and fits(move, run, now)]
    fitting.sort(key=lambda move: move.when.signal in UNSEEN)
    return moves_card(event.moves, tuple(fitting[:MOST_FITTING]), run.setting.id)


def _chosen(event: MovesWanted) -> Move:
    return next((move for move in event.moves if move.id == event.chosen), event.moves[0])


def _step_of(run: Running | Lobby) -> str:
    return run.course.step.title if isinstance(run, Running) else "the start"


def moves_card(moves: tuple[Move, ...], fitting: tuple[Move, ...] = (), session: SessionId = NO_SESSION) -> Card:
    """Private: the menu of moves."""
    blocks: list[Block] = [Text("Small things a host can do or say. Choose one to see the words for it.")]
    if fitting:
        blocks.append(Text(f"For this moment: {joined(move.title for move in fitting)}."))
    ordered = (*fitting, *(move for move in moves if move not in fitting))
    blocks += [Choice("A move", Action("guides", session, "move"), _options(ordered)), ONLY_YOU]
    return Card("Moves", tuple(blocks))


def _options(moves: tuple[Move, ...]) -> tuple[Option, ...]:
    return tuple(Option(move.id, move.title[:75], move.moment[:75]) for move in moves)


def move_card(move: Move, setting: Setting | None = None, step: str = "") -> Card:
    """Private: one move, when it helps, its wordings, what to avoid."""
    blocks: list[Block] = [Text(move.moment, muted=True)] if move.moment else []
    blocks += [Text(f'"{_worded(words, setting, step)}"') for words in move.say]
    if move.avoid:
        blocks.append(Text(f"Careful: {_worded(move.avoid, setting, step)}"))
    back = button(setting.id, "Other moves", "moves") if setting else typed("Other moves", "moves")
    return Card(move.title, (*blocks, Buttons((back,)), ONLY_YOU))


def _worded(words: str, setting: Setting | None, step: str) -> str:
    words = words.replace("{step}", step or "this step")
    return fill(words, setting) if setting else fill_plain(words)


def sitting_cue(run: Running, move: Move | None = None) -> Card:
    """Private, to whoever keeps time: nobody has had a break for long."""
    words = f'You could say: "{move.say[0]}"' if move else 'You could say: "Five minutes away from the screen."'
    row = (button(run.setting.id, "Pause", "pause"),)
    return Card("75 minutes without a break", (Text(words), Buttons(row), ONLY_YOU))


def fits(move: Move, run: Running, now: datetime) -> bool:
    """Whether the moment the move is for is now, as far as a clock and a list of steps can tell."""
    course, when = run.course, move.when
    length = max((course.ends - course.begun).total_seconds(), 1.0)
    passed = (now - course.begun).total_seconds() / length
    if when.step_kind and when.step_kind != course.step.kind:
        return False
    match when.signal:
        case "step_over":
            return course.over
        case "step_start":
            return passed < 0.34
        case "step_part":
            return when.at <= passed and not course.over
        case "last_minutes":
            return course.end(now) - now <= timedelta(minutes=when.minutes)
        case "before_vote" | "leader_present":
            return isinstance(course.live, Choosing)
        case "no_break":
            return run.sitting is not None and now - run.sitting >= SITTING
        case "share_spoken":
            return passed >= when.at and not course.over
        case "silence" | "silence_repeated" | "stuck":
            return course.step.kind == "open" and not course.over
        case "late_joiner":
            return now - run.started >= timedelta(minutes=when.minutes) and course.at == 0
    return False
