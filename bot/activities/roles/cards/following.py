"""The form for signs that follow a role, and what is said when one cannot."""

from __future__ import annotations

from collections.abc import Mapping

from bot.activities.roles.cards.words import button, does
from bot.activities.roles.model import MOST_HANDLE, Rota, Scene, descriptions, is_on, usable
from bot.kernel.cards import Action, Buttons, Card, Form, FormField, Note, Option, PickField, Text, TextField, TickField

NOWHERE = "There is no place for that here. /moderato roles shows who has which role. Nothing changed."
PLACES = {"topic": "The topic of the channel", "group": "A group that people can mention"}
IN_TOPIC = "In the topic their name comes after your own words, and the channel shows each change of it."
MEANWHILE = "Until then /moderato roles shows who has which role, and everything else works. Nothing changed."


def wanted(*, topic: bool, group: bool) -> tuple[str, ...]:
    return tuple(name for name, chosen in (("topic", topic), ("group", group)) if chosen)


def missing_line(able: Mapping[str, str]) -> str:
    """What is missing for each, what to do, and what is there meanwhile."""
    lines = dict.fromkeys(why for name, why in able.items() if name in PLACES and why)
    if NOWHERE in lines:
        return NOWHERE
    return f"{' '.join(lines)} {MEANWHILE}"


def offered(rota: Rota, scene: Scene) -> tuple[Option, ...]:
    """The roles that can be followed: those in use."""
    known = descriptions(rota, scene)
    roles = [role for role in usable(rota, known).values() if is_on(rota, role)]
    return tuple(Option(role.id, does(role.id, known).name) for role in roles)


def follow_form(rota: Rota, scene: Scene, roles: tuple[Option, ...]) -> Form:
    follow = rota.follow
    role = follow.role if any(one.value == follow.role for one in roles) else roles[0].value
    open_ = [name for name in PLACES if scene.able.get(name) == ""]
    chosen = tuple(name for name in wanted(topic=follow.topic, group=follow.group) if name in open_)
    fields: list[FormField] = [
        Note("Off unless you choose it. It holds while somebody has the role, and goes back after that."),
        PickField("role", "Whom does it follow?", roles, role),
        TickField(
            "where",
            "Where is it shown?",
            tuple(Option(name, PLACES[name]) for name in open_),
            chosen,
            hint=IN_TOPIC if "topic" in open_ else "",
        ),
    ]
    if "group" in open_:
        hint = "The part after the @. If people made that group, I leave it alone."
        fields.append(TextField("handle", "What is the group called?", follow.handle, most=MOST_HANDLE, hint=hint))
    fields += [Note(f"{PLACES[name]}: {why}") for name, why in scene.able.items() if name in PLACES and why]
    return Form("What follows a role", tuple(fields), Action("roles", rota.id, "follow_set"))


def followed_card(rota: Rota, scene: Scene) -> Card:
    follow = rota.follow
    name = does(follow.role, descriptions(rota, scene)).name
    lines = []
    if follow.topic:
        lines.append(f'While somebody is {name}, the topic of {scene.team.label} ends with "{name}:" and their name.')
    if follow.group:
        lines.append(f"@{follow.handle} means whoever is {name}, and nobody between two turns.")
    if not lines:
        return Card("Switched off", (Text("Neither the topic nor a group follows a role. What I wrote there goes."),))
    both, one = f"The topic and @{follow.handle} follow {name}", "The topic" if follow.topic else f"@{follow.handle}"
    return Card(both if len(lines) > 1 else f"{one} follows {name}", tuple(Text(line) for line in lines))


def stopped_card(rota: Rota, scene: Scene, handle: str, because: str) -> Card:
    """For the owner, once: about a group, or, without a handle, about the topic."""
    follow = rota.follow
    name = does(follow.role, descriptions(rota, scene)).name
    what = f"@{handle}" if handle else f"the topic of {scene.team.label}"
    again = button(rota.id, "Choose again", "follow", asks=True)
    return Card(
        f"{what[:1].upper()}{what[1:]} does not follow any more",
        (
            Text(f"I could not show there who is {name}. {because}"),
            Text("I have switched it off and do not try again by myself. What stood there last may still stand there."),
            Text("The roles themselves go on as before.", muted=True),
            Buttons((again,)),
        ),
    )
