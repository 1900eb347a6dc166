"""How words, presses and forms become events of the cases."""

from __future__ import annotations

from bot.activities.cases import cards
from bot.activities.cases.model import (
    MOST_QUESTION,
    MOST_SITUATION,
    Home,
    Listed,
    PlaceGone,
    TakenOff,
    TurnHad,
    Volunteered,
    WentAway,
    Written,
)
from bot.kernel.activity import Aimed, Command, Context, Level, Need, Roster, Shown
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, Told

_MEMBER = ("list", "add", "added", "off", "volunteer", "back", "had")
_CLOCK = ("told:left", "told:forget", "told:place_lost")
ALLOW = dict.fromkeys(_MEMBER, Level.MEMBER) | dict.fromkeys(_CLOCK, Level.CLOCK)
NEEDS: dict[str, tuple[Need, ...]] = dict.fromkeys(_MEMBER, (Roster(),))
COMMANDS = (
    Command("cases", "list", "Cases to work on together, and who would bring one", aliases=("case",)),
    Command("case add", "add", "Write a case down, without names", "[what to find out]"),
    Command("case volunteer", "volunteer", "You would bring a case of your own to a clinic"),
)


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return Refused("Cases belong to a team. Type it in the team's channel. Nothing changed.")
    owners = tuple(person.member for person in context.roster if person.owner)
    home = Home(SessionId(f"cases.{team.id}"), team.label, owners)
    match inbound:
        case FormSubmitted():
            return _added(inbound, home)
        case CommandIssued(verb=verb, actor=by, rest=rest):
            return _asked(verb, by, rest, "", home)
        case ButtonPressed(verb=verb, actor=by):
            return _asked(verb, by, inbound.action.argument, inbound.choice, home)
        case Told(verb_told="left" | "forget"):
            return Aimed(home.id, WentAway(Member.from_key(inbound.payload["member"])))
    return Aimed(home.id, PlaceGone())


def _asked(verb: str, by: Member, words: str, choice: str, home: Home) -> Aimed | Refused | Shown:
    match verb:
        case "list":
            return Aimed(home.id, Listed(by, home))
        case "add":
            return Shown(Show(cards.add_form(home.label, " ".join(words.split())[:MOST_QUESTION])))
        case "volunteer" | "back":
            return Aimed(home.id, Volunteered(by, verb == "volunteer", home))
        case "had":
            return Aimed(home.id, TurnHad(by, home))
        case "off":
            return Aimed(home.id, TakenOff(by, choice, home))
    return Refused("This card is from before. Nothing changed.")


def _added(form: FormSubmitted, home: Home) -> Aimed | Shown:
    situation, question = (" ".join(form.text(name).split()) for name in ("situation", "question"))
    errors = {}
    if not situation or len(situation) > MOST_SITUATION:
        errors["situation"] = f"A few sentences, up to {MOST_SITUATION} characters."
    if not question or len(question) > MOST_QUESTION:
        errors["question"] = f"One question, up to {MOST_QUESTION} characters."
    return Shown(Correct(errors)) if errors else Aimed(home.id, Written(form.actor, situation, question, home))
