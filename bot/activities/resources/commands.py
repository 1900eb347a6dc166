"""How words, presses and forms become events of the list of links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from bot.activities.resources import cards
from bot.activities.resources.model import (
    BEST,
    MOST_NAME,
    MOST_WHY,
    Dropped,
    Found,
    Home,
    MonthCame,
    MonthlyChosen,
    PlaceGone,
    Saved,
    ShelfTold,
    TakenBack,
    WentAway,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Kept, Level, Need, Roster, Search, Shown
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.hours import Hours, month_begins
from bot.kernel.ids import Member, SessionId, part_of
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.people import Team
from bot.pieces import links

NEEDS_TEAM = Refused("This belongs to a team. Type it in the team's channel. Nothing changed.")
NO_WHY = "A sentence on why it helps; without it nobody knows whether to open it."
LONG_WHY = f"Up to {MOST_WHY} characters: two or three sentences."
LONG_NAME = f"Up to {MOST_NAME} characters."
AT = time(11)  # an hour after the topics of the month
MOST_TAGS = 4  # of one link
MONTH = timedelta(days=31)
TAG = re.compile(r"(?:#|\btag[: ])([\w-]+)", re.I)


def looked_for(inbound: Inbound) -> str:
    """The words that are searched for; a tag counts as its word."""
    if isinstance(inbound, CommandIssued):
        text = inbound.rest
    elif isinstance(inbound, ButtonPressed) and inbound.verb == "more":
        text = inbound.action.argument.partition(" ")[2]
    else:
        text = ""
    return TAG.sub(r" \1 ", text)


_MEMBER = ("list", "more", "open", "add", "added", "also", "also_saved", "mine_back", "drop")
_CLOCK = ("timer:month", "told:added", "told:forget", "told:place_lost")
ALLOW = {**dict.fromkeys(_MEMBER, Level.MEMBER), "monthly": Level.OWNER, **dict.fromkeys(_CLOCK, Level.CLOCK)}
_FOUND: tuple[Need, ...] = (Search("resource", looked_for),)
_ALL: tuple[Need, ...] = (Roster(), Facts("resource", most=500))
NEEDS: dict[str, tuple[Need, ...]] = {
    "list": _FOUND,
    "more": _FOUND,
    "open": (*_ALL, Facts("resource_saved", of="member")),
    "also": (*_ALL, Facts("resource_saved", of="member")),
    "timer:month": _ALL,
    **dict.fromkeys(("added", "also_saved", "drop", "add", "monthly", "told:added"), (Roster(),)),
}
COMMANDS = (
    Command("resource", "list", "Links that helped, with the reason why", "[words] [#tag]", aliases=("resources",)),
    Command("resource add", "add", "A link that helped, and why it does", "<link> <why it helps> [#tag]"),
    Command("resource monthly", "monthly", "Whether the channel reads once a month what was saved most", "<on or off>"),
)


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return NEEDS_TEAM
    home = _home(team, context)
    match inbound:
        case CommandIssued(verb="add", rest=rest, actor=by):
            return _typed(rest, by, home, context)
        case CommandIssued(verb="monthly", rest=rest):
            return _monthly(rest, home)
        case CommandIssued(rest=rest):
            return _listed(rest.strip(), 0, context)
        case ButtonPressed():
            return _pressed(inbound, home, context)
        case FormSubmitted():
            return _submitted(inbound, home, context)
        case TimerFired():
            return Aimed(home.id, MonthCame(home, _best(context)))
        case Told(verb_told="forget", session=session):
            return Aimed(session, WentAway(Member.from_key(inbound.payload["member"])))
        case Told(verb_told="place_lost", session=session):
            return Aimed(session, PlaceGone())
        case Told():
            return Aimed(home.id, ShelfTold(home))


def _pressed(press: ButtonPressed, home: Home, context: Context) -> Aimed | Refused | Shown:
    session, by = press.action.session, press.actor
    match press.verb:
        case "list":
            return _listed("", 0, context)
        case "more":
            skip, _, words = press.action.argument.partition(" ")
            return _listed(words, int(skip) if skip.isdigit() else 0, context)
        case "open":
            return _opened(SessionId(press.choice), by, home, context)
        case "add":
            return _typed(press.action.argument, by, home, context)
        case "also":
            one = _one(session, context)
            if one is None:
                return Refused("This link is off the list by now. Nothing changed.")
            mine = next((f for f in context.facts("resource_saved") if f.key == part_of(session, by.key())), None)
            named = any(member == by for _, member in one.whys)
            form = cards.also_form(session, one.title, str(mine.row["why"]) if mine else "", home.label, named=named)
            return Shown(Show(form))
        case "mine_back":
            return Aimed(session, TakenBack(by))
        case "drop":
            return Aimed(session, Dropped(by, home))
    return Refused("This card is from before. Nothing changed.")


def _typed(rest: str, by: Member, home: Home, context: Context) -> Aimed | Shown:
    """`https://example.org/guide It says it in one page #learning`; what is missing is asked for in the form."""
    first, _, more = rest.strip().partition(" ")
    known = _tags(context)
    typed = dict.fromkeys(tag.lower() for tag in re.findall(r"#([\w-]+)", more))
    tags = tuple(tag for tag in typed if tag in known)[:MOST_TAGS]
    why = re.sub(r"#([\w-]+)", lambda found: "" if found.group(1).lower() in known else found.group(0), more)
    why = " ".join(why.split()).strip('"“”')
    errors, link = _wrong(first, why, "")
    if errors:
        return Shown(Show(cards.add_form(first[: links.MOST_LINK], why[:MOST_WHY], tags, known, home.label)))
    return _aimed(Saved(by, link, why, home, tags=tags))


def _submitted(form: FormSubmitted, home: Home, context: Context) -> Aimed | Shown:
    by, why, named = form.actor, form.text("why"), "shown" in form.ticked("named")
    if form.verb == "also_saved":
        errors, _ = _wrong("https://example.org", why, "")
        if errors:
            return Shown(Correct(errors))
        return Aimed(form.action.session, Saved(by, "", why, home, named=named))
    title = " ".join(form.text("title").split())
    errors, link = _wrong(form.text("link"), why, title)
    if errors:
        return Shown(Correct(errors))
    chosen = dict.fromkeys((form.text("tag"), *form.action.argument.split()))
    tags = tuple(tag for tag in chosen if tag in _tags(context))
    return _aimed(Saved(by, link, why, home, title, tags, named))


def _aimed(saved: Saved) -> Aimed:
    """The same link is the same session, however it was spelled."""
    return Aimed(part_of(saved.home.id, links.same(saved.link)), saved)


def _wrong(link: str, why: str, title: str) -> tuple[dict[str, str], str]:
    """What stands at which field, and the link if it is one."""
    errors = {}
    try:
        link = links.read(link)
    except ValueError as error:
        errors["link"] = str(error)
    if not re.search(r"\w", why):
        errors["why"] = NO_WHY
    elif len(why) > MOST_WHY:
        errors["why"] = LONG_WHY
    if len(title) > MOST_NAME:
        errors["title"] = LONG_NAME
    return errors, link


def _monthly(rest: str, home: Home) -> Aimed | Refused:
    word = rest.strip().lower()
    if word not in ("on", "off"):
        return Refused("Once a month the channel reads what was saved most. Type: resource monthly on, or off.")
    return Aimed(home.id, MonthlyChosen(home, word == "on"))


def _listed(words: str, skip: int, context: Context) -> Shown:
    facts = context.facts("resource")
    tags = {tag.lower() for tag in TAG.findall(words)}
    found = [_found(fact, context.now) for fact in facts if tags <= set(fact.row["tags"])]
    return Shown(Whisper(cards.list_card(words, found[skip : skip + cards.PAGE], len(found), skip), lasting=True))


def _opened(id: SessionId, by: Member, home: Home, context: Context) -> Shown | Refused:
    one = _one(id, context)
    if one is None:
        return Refused("This link is off the list by now. Nothing changed.")
    mine = any(fact.key == part_of(id, by.key()) for fact in context.facts("resource_saved"))
    titles = _tags(context)
    tags = [titles.get(tag, tag) for tag in one.tags]
    return Shown(Whisper(cards.entry_card(one, tags, mine=mine, may_drop=by in home.owners), lasting=True))


def _one(id: SessionId, context: Context) -> Found | None:
    return next((_found(fact, context.now) for fact in context.facts("resource") if fact.key == id), None)


def _best(context: Context) -> tuple[Found, ...]:
    """What was saved most in the last month; of as many, the newer one."""
    lately = [one for one in (_found(fact, context.now) for fact in context.facts("resource")) if one.lately]
    return tuple(sorted(lately, key=lambda one: -one.lately)[:BEST])


def _found(fact: Kept, now: datetime) -> Found:
    row = fact.row
    saved = [datetime.fromisoformat(at) for at in row["saved"]]
    whys = tuple((str(why), Member.from_key(key) if key else None) for why, key in row["whys"])
    lately = sum(now - at <= MONTH for at in saved)
    return Found(SessionId(fact.key), row["link"], row["title"], whys, tuple(row["tags"]), len(saved), lately)


def _tags(context: Context) -> Mapping[str, str]:
    """What `prompts/tags.yml` offers, in its order: id and title."""
    return {tag.id: tag.title for tag in context.content.tags.values()} if context.content else {}


def _home(team: Team, context: Context) -> Home:
    owners = tuple(person.member for person in context.roster if person.owner)
    month = month_begins(Hours(team.zone), context.now, AT)
    return Home(SessionId(f"resources.{team.id}"), team.place, team.label, owners, month)
