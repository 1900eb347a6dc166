"""Which roles a team uses, its own ones, its calendar; and what somebody would rather not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.activities.roles.cards.words import (
    OFTEN,
    button,
    does,
)
from bot.activities.roles.model import Own, Plan, Rota, Scene, descriptions, in_use, is_on, usable
from bot.kernel.calendar import DAY_NAMES, in_words
from bot.kernel.cards import (
    Action,
    Buttons,
    Card,
    Form,
    FormField,
    Note,
    NumberField,
    Option,
    PickField,
    Text,
    TextField,
    TickField,
    TimeField,
    hint,
)
from bot.kernel.content import Role
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, when
from bot.pieces.rota import Turn


def set_up_form(rota: Rota, scene: Scene) -> Form:
    known = descriptions(rota, scene)
    rotating = [role for role in usable(rota, known).values() if role.rotates != "set"]
    return Form(
        "Roles",
        (
            TickField(
                "on",
                "Roles in use",
                tuple(Option(role.id, f"{does(role.id, known).name}, {OFTEN[role.rotates]}") for role in rotating),
                tuple(role.id for role in rotating if is_on(rota, role)),
            ),
            Note("Also: roles add, roles edit, roles rhythm, roles skip, roles often, roles set, roles follow."),
        ),
        Action("roles", rota.id, "set_up"),
    )


def set_up_card(rota: Rota, scene: Scene) -> Card:
    known = descriptions(rota, scene)
    lines = [
        Text(f"{OFTEN[often].capitalize()}: {listed(does(role, known).name for role in on)}.")
        for often in ("session", "week", "month")
        if (on := in_use(rota, scene, often))
    ]
    return Card("Roles saved", tuple(lines) or (Text("No role is in use."),))


USE = {"on": "In use", "off": "Switched off for now", "out": "Taken out"}


def own_form(session: SessionId, own: Own | None = None, *, on: bool = True) -> Form:
    """An empty one, or one that is filled in with what a role of their own is now."""
    often = own.rotates if own else "session"
    fields: list[FormField] = [
        TextField("title", "What is it called?", own.title if own else "", most=40),
        TextField(
            "duties", "What does it do? One line each.", "\n".join(own.duties) if own else "", long=True, most=600
        ),
        PickField(
            "rotates", "How often does it change?", tuple(Option(k, v.capitalize()) for k, v in OFTEN.items()), often
        ),
    ]
    if own is None:
        return Form("A role of your own", tuple(fields), Action("roles", session, "added"))
    use = "on" if on else "off"
    fields.append(
        PickField(
            "use",
            "Is it in use?",
            tuple(Option(key, label) for key, label in USE.items()),
            use,
            hint="Taken out: nobody gets it any more. What was served stays counted.",
        )
    )
    return Form("A role of your own", tuple(fields), Action("roles", session, "edited", own.id))


def own_card(session: SessionId, own: Own) -> Card:
    lines = (Text(f"{own.title}, {OFTEN[own.rotates]}. It is in use from now on."), *(Text(d) for d in own.duties))
    return Card("Role added", (*lines, Buttons((button(session, "Change", "edit", own.id, asks=True),))))


def own_changed_card(session: SessionId, own: Own, use: str) -> Card:
    if own.gone:
        return Card("Role taken out", (Text(f"Nobody is asked for {own.title} any more. What was served stays."),))
    state = "It is in use." if use == "on" else "It is switched off for now."
    lines = (Text(f"{own.title}, {OFTEN[own.rotates]}. {state}"), *(Text(duty) for duty in own.duties))
    return Card("Role changed", (*lines, Buttons((button(session, "Change", "edit", own.id, asks=True),))))


def own_list_card(session: SessionId, owns: Sequence[Own]) -> Card:
    """Which one is to be changed."""
    rows = [Buttons((button(session, own.title[:24], "edit", own.id, asks=True),)) for own in owns]
    return Card("Which role?", (Text("Roles of your own. The others come with me: roles setup."), *rows))


def rhythm_form(session: SessionId, plan: Plan | None) -> Form:
    return Form(
        "Turns by the calendar",
        (
            Note("For sessions that are no guide of mine: a weekly call, a stand-up."),
            TextField("title", "What is it?", plan.title if plan else "Weekly call", most=60),
            TickField(
                "days",
                "On which days?",
                tuple(Option(str(n), name) for n, name in enumerate(DAY_NAMES)),
                tuple(str(day) for day in plan.days) if plan else (),
                hint="None: turns by the calendar end.",
            ),
            TimeField("at", "At what time, where the team is?", f"{plan.at:%H:%M}" if plan else "09:30"),
            NumberField("minutes", "How many minutes?", str(plan.minutes) if plan else "60", low=5, high=480),
            NumberField("every", "Every how many weeks?", str(plan.every) if plan else "1", low=1, high=12),
        ),
        Action("roles", session, "rhythm_set"),
    )


def rhythm_card(plan: Plan | None, turns: Sequence[Turn]) -> Card:
    if plan is None:
        return Card("Turns by the calendar ended", (Text("What was served stays counted."),))
    dates = listed(when(turn.starts, "date_time") for turn in turns[:3])
    lines = [Text(f"{plan.title}: {in_words(plan.rule())}.")]
    if dates:
        lines.append(Text(f"Next: {dates}. To leave one out: /moderato roles skip."))
    return Card("Turns by the calendar", tuple(lines))


def skipped_card(session: SessionId, day: date, at: datetime, coming: datetime | None) -> Card:
    """One date is left out; nobody loses a turn by it."""
    lines = [Text("Whoever would have had a role has it another time.")]
    if coming is not None:
        lines.append(Text(f"Next: {when(coming, 'date_time')}."))
    row = (button(session, "Take it back", "unskip", day.isoformat()),)
    return Card(f"Left out: {when(at, 'date')}", (*lines, Buttons(row)))


def back_card(at: datetime) -> Card:
    return Card("It takes place", (Text(f"{when(at, 'date_time')} is a turn again."),))


def volunteered(role: str, known: Mapping[str, Role], *, on: bool) -> Card:
    name = does(role, known).name
    if on:
        return hint(
            f"Noted: you would like to be {name}. You move up, and nobody who never had the chance is passed over.",
            "The same again takes it back.",
        )
    return hint(f"Taken back: {name} comes in turn, as before.")


def may_avoid(rota: Rota, scene: Scene) -> list[Role]:
    """The roles that come in turn here."""
    return [role for role in descriptions(rota, scene).values() if role.rotates != "set" and is_on(rota, role)]


NOTHING_TO_AVOID = hint("No role comes in turn here at the moment, so nobody will ask you to take one.")


def avoid_form(rota: Rota, scene: Scene, by: Member) -> Form:
    """What somebody would rather not do; asked only where a role comes in turn (`may_avoid`)."""
    known = descriptions(rota, scene)
    rotating = may_avoid(rota, scene)
    return Form(
        "Rather not",
        (
            TickField(
                "roles",
                "Roles I would rather not have",
                tuple(Option(role.id, does(role.id, known).name) for role in rotating),
                tuple(role for user, role in rota.wishes.avoids if user == by.user),
            ),
            Note("No reason is needed, and nobody is told. Change it at any time."),
        ),
        Action("roles", rota.id, "avoided"),
    )


def avoided_card(roles: Sequence[str], known: Mapping[str, Role]) -> Card:
    if not roles:
        return hint("All roles come in turn again.")
    return hint(f"Saved. I won't propose {listed(does(role, known).name for role in roles)} to you. Nobody is told.")
