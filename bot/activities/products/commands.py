"""How words, presses and forms become events of what a team makes together."""

from __future__ import annotations

import re
from datetime import date

from bot.activities.products import cards
from bot.activities.products.model import (
    MOST_LINK,
    MOST_TITLE,
    MOST_WHAT,
    Cleared,
    FormWanted,
    Home,
    Named,
    NothingNow,
    PlaceGone,
    PutIn,
    SessionOver,
    Wanted,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Level, Need, Roster, Shown
from bot.kernel.calendar import local_date
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, Told

_MEMBER = ("show", "add", "put_in", "nothing")
_OWNER = ("set", "name", "named", "clear")
_CLOCK = ("told:held", "told:place_lost")
ALLOW = dict.fromkeys(_MEMBER, Level.MEMBER) | dict.fromkeys(_OWNER, Level.OWNER) | dict.fromkeys(_CLOCK, Level.CLOCK)
_HERE: tuple[Need, ...] = (Roster(), Facts("product", most=1))
NEEDS: dict[str, tuple[Need, ...]] = dict.fromkeys((*_MEMBER, *_OWNER), _HERE)
COMMANDS = (
    Command("product", "show", "What this team makes together, and what went into it last", aliases=("product show",)),
    Command("product set", "set", "Name what this team makes, and where it is", "<name> <link>"),
    Command("product add", "add", "Something goes into it, and somebody adds it"),
    Command("product clear", "clear", "This team makes nothing together any more"),
)
LINK = re.compile(r"^https?://\S+$")


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return Refused("What you make together belongs to a team. Type it in the team's channel. Nothing changed.")
    home = Home(SessionId(f"products.{team.id}"), team.place, team.label, team.zone)
    match inbound:
        case CommandIssued(verb="set", rest=rest, actor=by):
            return _typed(rest, by, home)
        case CommandIssued(verb="add", actor=by):
            return Aimed(home.id, _form_wanted(by, -1, home, context))
        case CommandIssued(verb="clear", actor=by):
            return Aimed(home.id, Cleared(by, home))
        case CommandIssued(actor=by):
            return Aimed(home.id, Wanted(by, home, context.level >= Level.OWNER))
        case ButtonPressed():
            return _pressed(inbound, home, context)
        case FormSubmitted(verb="named"):
            return _named(inbound, home)
        case FormSubmitted():
            return _put_in(inbound, home, context)
        case Told(verb_told="held", payload=payload):
            return Aimed(home.id, SessionOver(SessionId(str(payload["session"])), home))
    return Aimed(home.id, PlaceGone())


def _typed(rest: str, by: Member, home: Home) -> Aimed | Shown:
    """`product set Onboarding guide https://...`; with anything missing or too long, a form."""
    words = rest.split()
    link = words.pop().strip("<>") if words and LINK.match(words[-1].strip("<>")) else ""
    title = " ".join(words).strip("\"'“”")
    if title and link and len(title) <= MOST_TITLE and len(link) <= MOST_LINK:
        return Aimed(home.id, Named(by, title, link, home))
    return Shown(Show(cards.name_form(title[:MOST_TITLE], link[:MOST_LINK], home.label)))


def _pressed(press: ButtonPressed, home: Home, context: Context) -> Aimed | Refused | Shown:
    argument, by = press.action.argument, press.actor
    number = int(argument) if argument.isdecimal() else -1
    match press.verb:
        case "show":
            return Aimed(home.id, Wanted(by, home, context.level >= Level.OWNER))
        case "add":
            return Aimed(home.id, _form_wanted(by, number, home, context))
        case "nothing":
            return Aimed(home.id, NothingNow(by, number))
        case "set":  # where typing cannot open a form, a button carries the words on
            return _typed(argument, by, home)
        case "name":
            row = next((fact.row for fact in context.facts("product")), {})
            return Shown(Show(cards.name_form(str(row.get("title", "")), str(row.get("link", "")), home.label)))
    return Refused("This card is from before. Nothing changed.")


def _named(form: FormSubmitted, home: Home) -> Aimed | Shown:
    title, link = " ".join(form.text("title").split()), form.text("link").strip()
    errors = {}
    if not title or len(title) > MOST_TITLE:
        errors["title"] = f"A name of 1 to {MOST_TITLE} characters."
    if link and (not LINK.match(link) or len(link) > MOST_LINK):
        errors["link"] = "A link begins with https:// and has no spaces. Leave it empty if there is none yet."
    return Shown(Correct(errors)) if errors else Aimed(home.id, Named(form.actor, title, link, home))


def _form_wanted(by: Member, number: int, home: Home, context: Context) -> FormWanted:
    people = tuple((person.member.key(), person.name) for person in context.roster if person.takes_part)
    return FormWanted(by, number, people, home)


def _put_in(form: FormSubmitted, home: Home, context: Context) -> Aimed | Shown:
    what, due = " ".join(form.text("what").split()), form.text("due")
    if not what or len(what) > MOST_WHAT:
        return Shown(Correct({"what": f"A few words, up to {MOST_WHAT} characters."}))
    if due:
        try:
            day = date.fromisoformat(due)
        except ValueError:
            return Shown(Correct({"due": "Choose a day, or leave it empty."}))
        if day < local_date(context.now, home.zone):
            return Shown(Correct({"due": "That day has passed. Choose a later one."}))
    known = {person.member.key(): person.member for person in context.roster}
    argument = form.action.argument
    number = int(argument) if argument.isdecimal() else -1
    return Aimed(home.id, PutIn(form.actor, what, known.get(form.text("holder")), due, number, home))
