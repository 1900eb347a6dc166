"""Which roles a team uses, its own ones, its calendar; and what somebody would rather not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.activities.roles.cards.words import (
    OFTEN,
    does,
)
from bot.activities.roles.model import Own, Plan, Rota, Scene, descriptions, in_use, is_on
from bot.kernel.calendar import DAY_NAMES, in_words
from bot.kernel.cards import (
    Action,
    Card,
    Form,
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
    rotating = [role for role in known.values() if role.rotates != "set"]
    return Form(
        "Roles",
        (
            TickField(
                "on",
                "Roles in use",
                tuple(Option(role.id, f"{does(role.id, known).name}, {OFTEN[role.rotates]}") for role in rotating),
                tuple(role.id for role in rotating if is_on(rota, role)),
            ),
            Note("Also: roles add, roles rhythm, roles often, roles set."),
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


def own_form(session: SessionId) -> Form:
    return Form(
        "A role of your own",
        (
            TextField("title", "What is it called?", most=40),
            TextField("duties", "What does it do? One line each.", long=True, most=600),
            PickField("rotates", "How often does it change?", tuple(Option(k, v) for k, v in OFTEN.items()), "session"),
        ),
        Action("roles", session, "added"),
    )


def own_card(own: Own) -> Card:
    lines = (Text(f"{own.title}, {OFTEN[own.rotates]}. It is in use from now on."), *(Text(d) for d in own.duties))
    return Card("Role added", lines)


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
        lines.append(Text(f"Next: {dates}."))
    return Card("Turns by the calendar", tuple(lines))


def volunteered(role: str, known: Mapping[str, Role], *, on: bool) -> Card:
    name = does(role, known).name
    if on:
        return hint(
            f"Noted: you would like to be {name}. You move up, and nobody who never had the chance is passed over.",
            "The same again takes it back.",
        )
    return hint(f"Taken back: {name} comes in turn, as before.")


def avoid_form(rota: Rota, scene: Scene, by: Member) -> Form:
    known = descriptions(rota, scene)
    rotating = [role for role in known.values() if role.rotates != "set" and is_on(rota, role)]
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
