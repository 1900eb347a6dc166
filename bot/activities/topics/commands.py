"""How words, presses and forms become events of the list of topics."""

from __future__ import annotations

from datetime import time

from bot.activities.topics import cards
from bot.activities.topics.model import (
    MOST_TEXT,
    Added,
    Closed,
    Dropped,
    Given,
    Home,
    Listed,
    MonthCame,
    PlaceGone,
    StaleDropped,
    TakenBack,
    VoteAsked,
    WentAway,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Level, Need, Roster, Shown
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.hours import Hours, month_begins
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.people import Team

_MEMBER = ("list", "add", "added", "from_parked", "vote", "give", "take_back", "close", "drop", "drop_stale")
_CLOCK = ("timer:month", "timer:close", "told:left", "told:forget", "told:place_lost")
ALLOW = dict.fromkeys(_MEMBER, Level.MEMBER) | dict.fromkeys(_CLOCK, Level.CLOCK)
NEEDS: dict[str, tuple[Need, ...]] = dict.fromkeys((*_MEMBER, "timer:month", "timer:close"), (Roster(),)) | {
    "from_parked": (Roster(), Facts("parked", most=50))
}
COMMANDS = (
    Command("topics", "list", "What this team wants to talk about", aliases=("topic", "topic list")),
    Command("topic add", "add", "Something to talk about, for the list", "<words>"),
    Command("topic vote", "vote", "Three votes each on what comes next"),
)
AT = time(10)


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return Refused("Topics belong to a team. Type it in the team's channel. Nothing changed.")
    own, home = SessionId(f"topics.{team.id}"), _home(team, context)
    match inbound:
        case CommandIssued(verb="add", rest=text, actor=by):
            return _added(text, by, home, form=False)
        case ButtonPressed(verb="add", actor=by):
            return _added(inbound.action.argument, by, home, form=False)
        case ButtonPressed(verb="from_parked", actor=by):
            key = inbound.action.argument
            text = next((str(fact.row["text"]) for fact in context.facts("parked") if fact.key == key), "")
            if not text:
                return Refused("It is not on the list of what is parked any more. Nothing changed.")
            return _added(text, by, home, form=False, parked=key)
        case FormSubmitted():
            return _added(inbound.text("text"), inbound.actor, home, form=True, parked=inbound.action.argument)
        case CommandIssued() | ButtonPressed():
            return _pressed(inbound, own, home)
        case TimerFired(name="month"):
            return Aimed(own, MonthCame(home))
        case TimerFired():
            return Aimed(own, Closed(None, home))
        case Told(verb_told="left" | "forget"):
            return Aimed(own, WentAway(Member.from_key(inbound.payload["member"])))
        case Told():
            return Aimed(own, PlaceGone())


def _pressed(inbound: CommandIssued | ButtonPressed, own: SessionId, home: Home) -> Aimed | Refused:
    by = inbound.actor
    choice = inbound.choice if isinstance(inbound, ButtonPressed) else ""
    match inbound.verb:
        case "list":
            return Aimed(own, Listed(by, home))
        case "vote":
            return Aimed(own, VoteAsked(by, home))
        case "give":
            return Aimed(own, Given(by, choice))
        case "take_back":
            return Aimed(own, TakenBack(by))
        case "close":
            return Aimed(own, Closed(by, home))
        case "drop":
            return Aimed(own, Dropped(by, choice, home))
        case "drop_stale":
            return Aimed(own, StaleDropped(by, home))
    return Refused("This card is from before. Nothing changed.")


def _added(words: str, by: Member, home: Home, *, form: bool, parked: str = "") -> Aimed | Refused | Shown:
    text = " ".join(words.split()).strip("\"'“”")
    if text and len(text) <= MOST_TEXT:
        return Aimed(home.id, Added(by, text, home, parked))
    if not form:
        return Shown(Show(cards.add_form(text[:MOST_TEXT], parked)))
    return Shown(Correct({"text": f"A few words, up to {MOST_TEXT} characters."}))


def _home(team: Team, context: Context) -> Home:
    owners = tuple(person.member for person in context.roster if person.owner)
    month = month_begins(Hours(team.zone), context.now, AT)
    return Home(SessionId(f"topics.{team.id}"), team.place, team.label, owners, month)
