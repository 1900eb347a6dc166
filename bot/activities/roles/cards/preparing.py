"""What a holder gets: the role card, eight points, a dry run, company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.activities.roles.cards.words import (
    CALLS,
    ONLY_YOU,
    button,
    does,
    in_short,
    newcomers_line,
    seats_line,
    whole,
)
from bot.kernel.cards import (
    Action,
    Buttons,
    Card,
    Form,
    Note,
    Option,
    Text,
    TickField,
)
from bot.kernel.content import Role
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import when, who
from bot.pieces.rota import Turn

FIRST_CALL = {
    "facilitator": (
        "Write your first sentence down, word for word.",
        "Check that the link and the time are right for everybody.",
        "Decide what you would leave out if time were short.",
        "Ask somebody to be your co-host if you would like company.",
        "Write your last question down.",
    ),
}
DRY_MORE = "In the session this gives the step five more minutes, and I ask where they come from. Press Next to go on."


def role_card(
    session: SessionId, turn: Turn, role: Role, *, first_time: bool, focus: str, remind: str, can_have_company: bool
) -> Card:
    """When it counts: duties, and for the first time a list to go through."""
    doing = does(role.id, {role.id: role})
    if role.id in dict(turn.says):
        lines = (Text(whole(turn)), Text(dict(turn.says)[role.id]), Text(ONLY_YOU, muted=True))
        return Card(f"Your card: {doing.name}"[:60], lines)
    call = not turn.answers and turn.series == "session" and role.id in CALLS
    duties = (CALLS[role.id],) if call else role.duties[:6]
    steps = FIRST_CALL.get(role.id, ()) if call else role.checklist[:8]
    blocks: list[Text | Buttons] = [Text(whole(turn)), *(Text(duty) for duty in duties)]
    if first_time and steps:
        blocks.append(Text("The first time, one thing after the other:"))
        blocks += [Text(f"{n}. {item}") for n, item in enumerate(steps, 1)]
    if focus:
        blocks.append(Text(f"Today's focus: {focus} {remind}".strip()))
    row = []
    if role.id == "facilitator":
        row.append(button(session, "Prepare", "prepare", turn.id, asks=True))
        row.append(button(session, "Dry run", "dry", f"{turn.id} 0"))
        if can_have_company:
            row.append(button(session, "I'd like a co-host", "company", turn.id))
    buttons = [Buttons(tuple(row))] if row else []
    return Card(f"Your card: {doing.name}"[:60], (*blocks, Text(ONLY_YOU, muted=True), *buttons))


def brief_card(turn: Turn, role: Role, focus: str, newcomers: Sequence[Member] = ()) -> Card:
    """Ten minutes before, to whoever has the role, seen by nobody else. *newcomers*: for the host."""
    doing = does(role.id, {role.id: role})
    lines = [Text(f"{turn.title}, {when(turn.starts)}. {in_short(turn, role.id, {role.id: role})}")]
    if focus and role.id not in dict(turn.says):
        lines.append(Text(f"Today's focus: {focus}"))
    if role.id == "facilitator":
        lines += newcomers_line(newcomers)
    return Card(doing.you, (*lines, Text(ONLY_YOU, muted=True)))


POINTS = (
    ("aim", "The aim, in one sentence"),
    ("guide", "The guide, read once"),
    ("roles", "The other roles: who, and not confirmed by whom"),
    ("link", "The link works, and the time is right for everybody"),
    ("questions", "The questions are with everybody"),
    ("plan_b", "What I leave out if time is short"),
    ("first", "My first sentence, word for word"),
    ("last", "My last question"),
)


def prepare_form(session: SessionId, turn: Turn, done: tuple[str, ...], known: Mapping[str, Role]) -> Form:
    """Eight points for the host; the ticks are seen by nobody else."""
    host = turn.seat("facilitator")
    viewer = host.member if host is not None and host.member is not None else Member("", "", "")
    return Form(
        "Prepare",
        (
            Note(f"{whole(turn)} {seats_line(turn, known, viewer)}."),
            TickField("done", "Eight points", tuple(Option(key, label) for key, label in POINTS), done),
            Note("Only you see this. Nothing is measured."),
        ),
        Action("roles", session, "ticked", turn.id),
    )


def ticked_card(session: SessionId, turn: Turn, done: tuple[str, ...]) -> Card:
    left = [label for key, label in POINTS if key not in done]
    lines = [Text("All eight points are done." if not left else f"Still open: {left[0]}.")]
    row = (
        button(session, "Dry run", "dry", f"{turn.id} 0"),
        button(session, "Open the list", "prepare", turn.id, asks=True),
    )
    return Card("Prepared" if not left else "Saved", (*lines, Text(ONLY_YOU, muted=True), Buttons(row)))


def dry_card(
    session: SessionId, turn: Turn, step: int, steps: Sequence[tuple[str, str]], *, more: bool = False
) -> Card:
    """One page of the dry run: the step as the team would see it, with the buttons of the real card."""
    if step >= len(steps):
        again = button(session, "Once more", "dry", f"{turn.id} 0")
        line = Text("Nobody saw it. The real card has the same buttons.")
        return Card("That was the dry run", (line, Buttons((again,))))
    title, said = steps[step]
    blocks = [Text(said)] if said else []
    blocks += [Text(DRY_MORE)] if more else []
    blocks.append(Text(f"Dry run, {step + 1} of {len(steps)}. Only you see this.", muted=True))
    row = (
        button(session, "Next", "dry", f"{turn.id} {step + 1}", primary=True),
        button(session, "+5 min", "dry_more", f"{turn.id} {step}"),
    )
    return Card(title[:60], (*blocks, Buttons(row)))


def company_card(session: SessionId, turn: Turn) -> Card:
    """To somebody who has hosted before."""
    row = (
        button(session, "Gladly", "company_yes", turn.id, primary=True),
        button(session, "Not this time", "company_no", turn.id),
    )
    host = turn.seat("facilitator")
    name = who(host.member) if host is not None and host.member is not None else "Somebody"
    lines = (Text(whole(turn)), Text(f"{name} hosts and would like company. If you say nothing, nothing changes."))
    return Card("Would you be co-host?", (*lines, Buttons(row)))


def has_hosted(label: str) -> str:
    """Why somebody is asked for company."""
    return f"You have hosted in {label} before."


def company_card_for_host(member: Member, turn: Turn) -> Card:
    return Card("You have a co-host", (Text(f"{whole(turn)} {who(member)} is with you."),))


def company_answer(turn: Turn, *, yes: bool) -> Card:
    return Card("Co-host", (Text(f"{whole(turn)} {'You are co-host.' if yes else 'Nothing changed.'}"),))
