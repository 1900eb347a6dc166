"""How words, presses, forms and the end of a workshop become events of small projects."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.activities.projects.model import (
    MOST_LINK,
    MOST_TEXT,
    WEEKS,
    AllWell,
    Briefed,
    FormWanted,
    HelpOffered,
    Home,
    Listed,
    NeedSaid,
    PlaceGone,
    ResultGiven,
    TimeCame,
    WentAway,
)
from bot.kernel.activity import Aimed, Command, Context, Level, Need, Roster, Shown
from bot.kernel.calendar import at_wall
from bot.kernel.decision import Correct, Refused
from bot.kernel.hours import Hours, working_days_after
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told

_MEMBER = ("list", "result", "given", "need", "needed", "well", "help")
_CLOCK = ("timer:half", "timer:over", "told:briefs", "told:left", "told:forget", "told:place_lost")
ALLOW = dict.fromkeys(_MEMBER, Level.MEMBER) | dict.fromkeys(_CLOCK, Level.CLOCK)
NEEDS: dict[str, tuple[Need, ...]] = {"told:briefs": (Roster(),)}
COMMANDS = (
    Command("projects", "list", "Small projects from workshops, and what became of them", aliases=("project",)),
    Command("project result", "result", "Add the result of your small project"),
    Command("project need", "need", "Ask the team for what your small project needs"),
)
LINK = re.compile(r"^https?://\S+$")
HALF_AT = time(10)


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return Refused("Small projects belong to a team. Type it in the team's channel. Nothing changed.")
    home = Home(SessionId(f"projects.{team.id}"), team.place, team.label)
    match inbound:
        case CommandIssued(actor=by, verb="list"):
            return Aimed(home.id, Listed(by, home))
        case CommandIssued(actor=by):
            return Aimed(home.id, FormWanted(by, inbound.verb, "", home))
        case ButtonPressed():
            return _pressed(inbound, home)
        case FormSubmitted():
            return _form(inbound, home)
        case TimerFired(name=name):
            return Aimed(home.id, TimeCame(name, home))
        case Told(verb_told="briefs"):
            return Aimed(home.id, _briefed(inbound, home, context))
        case Told(verb_told="left" | "forget"):
            return Aimed(home.id, WentAway(Member.from_key(inbound.payload["member"])))
    return Aimed(home.id, PlaceGone())


def _pressed(press: ButtonPressed, home: Home) -> Aimed | Refused:
    by, argument = press.actor, press.action.argument
    match press.verb:
        case "list":
            return Aimed(home.id, Listed(by, home))
        case "result" | "need" as what:
            return Aimed(home.id, FormWanted(by, what, argument, home))
        case "well":
            return Aimed(home.id, AllWell(by, argument))
        case "help" if argument.isdecimal():
            return Aimed(home.id, HelpOffered(by, int(argument)))
    return Refused("This card is from before. Nothing changed.")


def _form(form: FormSubmitted, home: Home) -> Aimed | Shown:
    text, link, by = " ".join(form.text("text").split()), form.text("link").strip(), form.actor
    project = form.action.argument or form.text("project")
    if len(text) > MOST_TEXT:
        return Shown(Correct({"text": f"Up to {MOST_TEXT} characters."}))
    if form.verb == "needed":
        if not text:
            return Shown(Correct({"text": "A few words are enough, or close the form; closing is fine."}))
        return Aimed(home.id, NeedSaid(by, project, text, home))
    if link and (not LINK.match(link) or len(link) > MOST_LINK):
        return Shown(Correct({"link": "A link begins with https:// and has no spaces."}))
    if not text and not link:
        return Shown(Correct({"link": "A link or a sentence; one of them is enough."}))
    return Aimed(home.id, ResultGiven(by, project, text, link, home))


def _briefed(told: Told, home: Home, context: Context) -> Briefed:
    """Shown two weeks later, on a working day at the same time; asked at half of it, in the morning."""
    assert context.team is not None
    payload, zone = told.payload, context.team.zone
    began = datetime.fromisoformat(payload["began"]).astimezone(ZoneInfo(zone))
    here = {person.member for person in context.roster}
    briefs = tuple(
        (str(one["what"]), tuple(m for m in map(Member.from_key, one["members"]) if m in here))
        for one in payload["briefs"]
    )

    def later(weeks: int, at: time) -> datetime:
        before = began.date() + timedelta(weeks=weeks) - timedelta(days=1)
        return at_wall(working_days_after(Hours(zone), before, 1) or before, at, zone)

    half, showback = later(WEEKS // 2, HALF_AT), later(WEEKS, began.time())
    host = Member.from_key(payload["host"])
    return Briefed(SessionId(str(payload["session"])), str(payload["topic"]), host, half, showback, briefs, home)
