"""Words that every card of the roles shares: what a role is called, who sits where, when it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.activities.roles.model import Scene
from bot.kernel.cards import Action, Button, Text
from bot.kernel.content import Role
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, when, who
from bot.pieces.rota import Turn

SILENCE = "If you say nothing, I count you in. Not this time needs no reason and is shown to nobody."
NO_SILENCE = "It is yours once you accept; until then others may take it. Not this time needs no reason."
ONLY_YOU = "Only you see this."
OFTEN = {"session": "each session", "week": "each week", "month": "each month", "set": "set by hand"}


@dataclass(frozen=True, slots=True)
class Does:
    """How sentences speak of a role: its name, and what whoever has it does."""

    name: str
    you: str
    they: str
    asks: str


_DOES = {
    "facilitator": Does("Host", "You host", "hosts", "Who hosts today?"),
    "timekeeper": Does("Timekeeper", "You keep time", "keeps time", "Who keeps time today?"),
    "note_taker": Does("Note-taker", "You take the notes", "takes the notes", "Who takes the notes today?"),
    "archivist": Does("Archivist", "You look after the records", "looks after the records", "Who is archivist?"),
    "host": Does("Chat host", "You look after the chat", "looks after the chat", "Who looks after the chat today?"),
    "process_observer": Does("Observer", "You watch how the talk goes", "watches the talk", "Who observes today?"),
    "case_giver": Does("Case giver", "You bring the case", "brings the case", "Who brings a case today?"),
}


# In a call that is no guide of mine there are no steps, no Next, no form.
CALLS = {
    "facilitator": "You open with the aim, give everybody a fair chance to speak, and close with what was agreed.",
    "timekeeper": "You watch the clock: a word at half time and two minutes before the end, and it ends on time.",
    "note_taker": "You note decisions, reasons and who does what, and read them aloud at the end.",
}


def does(role: str, known: Mapping[str, Role]) -> Does:
    found = _DOES.get(role)
    if found is not None:
        return found
    title = known[role].title if role in known else role.replace("_", " ").capitalize()
    return Does(title, f"You have the role {title}", f"has the role {title}", f"Who is {title} today?"[:60])


def seats_line(turn: Turn, known: Mapping[str, Role], viewer: Member) -> str:
    """`Host Lena, Timekeeper Tomas`. Whether somebody has confirmed is for that person and the host alone."""
    host = turn.seat("facilitator")
    sees_all = host is not None and host.member == viewer
    parts = []
    for seat in turn.seats:
        name = does(seat.role, known).name
        if seat.member is None:
            parts.append(f"{name} open")
            continue
        waits = turn.asked and seat.stand in ("asked", "unreached") and not turn.begun
        open_ = waits and (sees_all or seat.member == viewer)
        parts.append(f"{name} {who(seat.member)}{' (not confirmed)' if open_ else ''}")
    return listed(parts)


def why(scene: Scene) -> str:
    return f"It is your turn in the rotation of {scene.team.label}."


def on(turn: Turn) -> str:
    """`on Thu 5 Mar`; of a week or a month `from Wed 1 Apr`."""
    return f"{'on' if turn.series == 'session' else 'from'} {when(turn.starts, 'date')}"


def for_now(turn: Turn) -> str:
    return {"session": "today", "week": "this week", "month": "this month"}[turn.series]


def whole(turn: Turn) -> str:
    if turn.series != "session":
        return f"{turn.title}."
    return f"{turn.title}, {when(turn.starts, 'day_time')} to {when(turn.ends)}."


def in_short(turn: Turn, role: str, known: Mapping[str, Role]) -> str:
    said = dict(turn.says).get(role) or ("" if turn.answers or turn.series != "session" else CALLS.get(role))
    if said:
        return said
    return known[role].in_short if role in known and known[role].in_short else f"{does(role, known).you}."


def newcomers_line(newcomers: Sequence[Member]) -> list[Text]:
    """For the host: who is new and watches."""
    if not newcomers:
        return []
    names = listed(who(member) for member in newcomers[:4])
    if len(newcomers) == 1:
        return [Text(f"{names} is new here and watches this time. Say hello, and show what you do.")]
    return [Text(f"New here and watching this time: {names}. Say hello, and show what you do.")]


def waits_line(turn: Turn, role: str, known: Mapping[str, Role]) -> str:
    """For the bare command's card."""
    return f"Next: {turn.title}, {when(turn.starts, 'day_time')}. {does(role, known).you}."


def focus_of(role: Role | None, turn: Turn) -> tuple[str, str]:
    """Today's habit, one of five, another one each time; and the line that reminds of it."""
    if role is None or not role.habits:
        return "", ""
    habit = role.habits[turn.starts.toordinal() % len(role.habits)]
    return habit.text, habit.remind


def button(
    session: SessionId, label: str, verb: str, argument: str = "", *, primary: bool = False, asks: bool = False
) -> Button:
    return Button(label, Action("roles", session, verb, argument), "primary" if primary else "plain", asks)
