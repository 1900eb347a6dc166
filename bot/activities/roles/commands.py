"""How words, presses, timers and tells become events of the roles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from bot.activities.roles import cards
from bot.activities.roles.model import (
    MOST_TITLE,
    Accepted,
    Avoided,
    AvoidOpened,
    CardAsked,
    CompanyAsked,
    CompanyGiven,
    DrawAsked,
    DryRun,
    Forgotten,
    Founded,
    HandoverAnswered,
    HandoverAsked,
    Happened,
    HistoryAsked,
    HolderSet,
    Looked,
    Missing,
    MissingAsked,
    NotThisTime,
    OftenSet,
    OwnerFound,
    OwnMade,
    OwnOpened,
    PlaceGone,
    Plan,
    PrepareOpened,
    RhythmOpened,
    RhythmSet,
    RosterChanged,
    Scene,
    SessionOff,
    SessionPlanned,
    SessionServed,
    SetUp,
    SetUpOpened,
    SwapAnswered,
    SwapChosen,
    SwapOpened,
    Ticked,
    TimeCame,
    Took,
    Volunteered,
    What,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Level, Roster, Sessions, Shown
from bot.kernel.calendar import local_date, why_not_at
from bot.kernel.content import Library, Rotates
from bot.kernel.decision import Correct, Refused, say
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.words import plural

_MEMBERS = (
    "show",
    "history",
    "draw",
    "accept",
    "swap",
    "swap_with",
    "swap_yes",
    "swap_no",
    "not_this_time",
    "not_now",
    "volunteer",
    "avoid",
    "avoided",
    "card",
    "take",
    "missing",
    "missing_role",
    "prepare",
    "ticked",
    "dry",
    "dry_more",
    "company",
    "company_yes",
    "company_no",
    "handover_yes",
    "handover_no",
    "own",
)
_OWNERS = ("setup", "set_up", "add", "added", "rhythm", "rhythm_set", "often", "set", "coach", "handover")
_CLOCK = (
    "timer:next",
    "told:founded",
    "told:joined",
    "told:left",
    "told:forget",
    "told:resumed",
    "told:place_lost",
    "told:place_found",
    "told:preferred",
    "told:draw",
    "told:served",
    "told:missing",
    "told:off",
)
ALLOW = {
    **dict.fromkeys(_MEMBERS, Level.MEMBER),
    **dict.fromkeys(_OWNERS, Level.OWNER),
    **dict.fromkeys(_CLOCK, Level.CLOCK),
}
NEEDS = {verb: (Roster(),) for verb in ALLOW} | {
    "handover": (Roster(), Sessions(), Facts("record", most=3), Facts("action", most=200))
}

COMMANDS = (
    Command("roles", "show", "Who has which role now and next, and who had them so far", shortcut=True, menu=6),
    Command("roles draw", "draw", "Draw roles for right now", "[role, role]"),
    Command("roles swap", "swap", "Exchange your next turn with somebody"),
    Command("roles volunteer", "volunteer", "You would like a role", "[role]"),
    Command("roles history", "history", "Who had which role"),
    Command("roles avoid", "avoid", "Roles you would rather not have; nobody is told"),
    Command("roles setup", "setup", "Which roles this team uses"),
    Command("roles add", "add", "A role of your own"),
    Command("roles rhythm", "rhythm", "Turns by the calendar, for calls that are no guide of mine"),
    Command("roles often", "often", "How often a role changes", "<role> session|week|month|set"),
    Command("roles set", "set", "Give a role that does not rotate to somebody", "<role> @person"),
    Command("coach", "coach", "Who coaches: open requests find somebody", "@person"),
    Command("prepare", "prepare", "Prepare your turn: eight points and a dry run"),
    Command("handover", "handover", "Pass on looking after this team", "@person"),
)

_QUIET = ("roles", "people", "teams", "home")  # always open, so nothing to hand over
STALE = Refused("This card is from before. Nothing changed. /moderato roles shows how it is now.")
_ROTATES: Mapping[str, Rotates] = {"session": "session", "week": "week", "month": "month", "set": "set"}


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return Refused("This works in a team's channel. Type it there, and it knows which team you mean.")
    if isinstance(inbound, ButtonPressed) and inbound.verb == "dry_more":
        return Shown(say(cards.DRY_MORE))
    library = context.content if isinstance(context.content, Library) else Library()
    session = SessionId(f"roles.{team.id}")
    scene = Scene(
        session,
        team,
        tuple(person for person in context.roster if person.takes_part),
        tuple(person.member for person in context.roster if person.owner),
        library.roles,
        library.guides,
    )
    what = _what(inbound, context, scene)
    return what if isinstance(what, Refused | Shown) else Aimed(session, Happened(scene, what))


def _what(inbound: Inbound, context: Context, scene: Scene) -> What | Refused | Shown:
    match inbound:
        case CommandIssued():
            return _typed(inbound, context, scene)
        case ButtonPressed():
            return _pressed(inbound)
        case FormSubmitted():
            return _submitted(inbound, context, scene)
        case TimerFired(name=name):
            return TimeCame(name)
        case Told():
            return _told(inbound)


# -- typed --------------------------------------------------------------------------------------------------


def _typed(inbound: CommandIssued, context: Context, scene: Scene) -> What | Refused:
    by, rest = inbound.actor, " ".join(inbound.rest.split())
    match inbound.verb:
        case "show":
            return Looked(by)
        case "history":
            return HistoryAsked(by)
        case "draw":
            return DrawAsked(by, _listed(rest))
        case "swap":
            return SwapOpened(by)
        case "volunteer":
            return Volunteered(by, rest or "facilitator")
        case "avoid":
            return Avoided(by, _listed(rest)) if rest else AvoidOpened(by)
        case "setup":
            return SetUpOpened(by)
        case "add":
            return OwnOpened(by)
        case "rhythm":
            return RhythmOpened(by)
        case "prepare":
            return PrepareOpened(by)
        case "often":
            role, _, how = rest.rpartition(" ")
            if not role or how.lower() not in _ROTATES:
                return Refused("Write the role and how often: roles often archivist month. Nothing changed.")
            return OftenSet(by, role, _ROTATES[how.lower()])
        case "set" | "coach" | "handover":
            return _to_somebody(inbound, rest, context, scene)
    return STALE


def _to_somebody(inbound: CommandIssued, rest: str, context: Context, scene: Scene) -> What | Refused:
    member, left = _person(rest, inbound.mentions, scene)
    if inbound.verb == "handover":
        if member is None:
            return Refused(f'To whom? You typed: "{rest[:80]}". Write handover and the name. Nothing changed.')
        return HandoverAsked(inbound.actor, member, _pack(context))
    role = "coach" if inbound.verb == "coach" else left
    if not role or (member is None and not rest.endswith("nobody")):
        return Refused('Write the role and the name, or "nobody": roles set archivist @Divya. Nothing changed.')
    return HolderSet(inbound.actor, role.removesuffix("nobody").strip(), member)


def _person(rest: str, mentions: Mapping[str, Member], scene: Scene) -> tuple[Member | None, str]:
    """Whom the words name, mentioned or by name, and the words without the name."""
    for written, member in mentions.items():
        if written in rest:
            return member, rest.replace(written, "").strip()
    for person in sorted(scene.people, key=lambda one: -len(one.name)):
        found = re.search(rf"(?<!\w)@?{re.escape(person.name)}(?!\w)", rest, re.I) if person.name else None
        if found:
            return person.member, (rest[: found.start()] + rest[found.end() :]).strip()
    return None, rest


def _listed(rest: str) -> tuple[str, ...]:
    parts = rest.split(",") if "," in rest else rest.split()
    return tuple(part.strip() for part in parts if part.strip())


def _pack(context: Context) -> tuple[str, ...]:
    """What whoever looks after the team next should know, as far as it can be said here."""
    people = sum(person.takes_part for person in context.roster)
    zone = context.team.zone if context.team is not None else "UTC"
    lines = [f"{plural(people, '1 person takes part', '{n} people take part')}; the team's clock is {zone}."]
    kinds = sorted({one.activity for one in context.sessions if one.activity not in _QUIET})
    if kinds:
        lines.append(f"Open now: {', '.join(kinds)}.")
    titles = [str(fact.row["title"]) for fact in context.facts("record") if fact.row.get("title")]
    if titles:
        lines.append(f"Last records: {', '.join(titles)}.")
    still = sum(fact.row.get("state") not in ("done", "dropped") for fact in context.facts("action"))
    if still:
        lines.append(plural(still, "1 action is open.", "{n} actions are open."))
    return tuple(lines)


# -- pressed ------------------------------------------------------------------------------------------------


def _pressed(press: ButtonPressed) -> What | Refused:
    by, argument = press.actor, press.action.argument
    turn, _, rest = argument.partition(" ")
    match press.verb:
        case "show":
            return Looked(by)
        case "history":
            return HistoryAsked(by)
        case "accept":
            return Accepted(by, turn, rest)
        case "not_this_time" | "not_now":
            return NotThisTime(by, turn, rest)
        case "swap":
            return SwapOpened(by, turn, rest)
        case "swap_yes" | "swap_no":
            return SwapAnswered(by, int(argument) if argument.isdecimal() else 0, press.verb == "swap_yes")
        case "volunteer":
            return Volunteered(by, argument)
        case "avoid":
            return AvoidOpened(by)
        case "card":
            return CardAsked(by, turn, rest)
        case "take":
            return Took(by, turn, rest)
        case "missing" | "missing_role":
            return MissingAsked(by, turn, rest)
        case "prepare":
            return PrepareOpened(by)
        case "dry":
            return DryRun(by, turn, int(rest) if rest.isdecimal() else 0)
        case "company":
            return CompanyAsked(by, turn)
        case "company_yes" | "company_no":
            return CompanyGiven(by, turn, press.verb == "company_yes")
        case "handover_yes" | "handover_no":
            return HandoverAnswered(by, press.verb == "handover_yes")
        case "own":
            return OwnerFound(by)
    return _opened(press)


def _opened(press: ButtonPressed) -> What | Refused:
    """Buttons that open what a typed command opens."""
    match press.verb:
        case "setup":
            return SetUpOpened(press.actor)
        case "add":
            return OwnOpened(press.actor)
        case "rhythm":
            return RhythmOpened(press.actor)
        case "draw":
            return DrawAsked(press.actor, _listed(press.action.argument))
    return STALE


# -- filled in ----------------------------------------------------------------------------------------------


def _submitted(form: FormSubmitted, context: Context, scene: Scene) -> What | Refused | Shown:
    by, argument = form.actor, form.action.argument
    turn, _, role = argument.partition(" ")
    match form.verb:
        case "swap_with":
            return SwapChosen(by, turn, role, form.text("other"))
        case "avoided":
            return Avoided(by, form.ticked("roles"))
        case "set_up":
            return SetUp(by, form.ticked("on"))
        case "ticked":
            return Ticked(by, turn, form.ticked("done"))
        case "added":
            return _own(form)
        case "rhythm_set":
            return _plan(form, context, scene)
    return STALE


def _own(form: FormSubmitted) -> What | Shown:
    title = " ".join(form.text("title").split())
    duties = tuple(line.strip() for line in form.text("duties").splitlines() if line.strip())[:6]
    errors = {}
    if not title or len(title) > MOST_TITLE:
        errors["title"] = f"A name of 1 to {MOST_TITLE} characters."
    if not duties:
        errors["duties"] = "One line is enough: what does this person do?"
    if errors:
        return Shown(Correct(errors))
    return OwnMade(form.actor, title, duties, _ROTATES.get(form.text("rotates"), "session"))


def _plan(form: FormSubmitted, context: Context, scene: Scene) -> What | Shown:
    days = tuple(sorted(int(day) for day in form.ticked("days") if day.isdecimal()))
    if not days:
        return RhythmSet(form.actor, None)
    errors = {}
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", form.text("at"))
    at = time(int(found.group(1)), int(found.group(2))) if found else time(9, 30)
    if not found:
        errors["at"] = f'Write a time such as 09:30; you wrote "{form.text("at")[:20]}".'
    elif (because := why_not_at(at)) is not None:
        errors["at"] = because
    minutes, every = _number(form.text("minutes")), _number(form.text("every"))
    if minutes is None or not 5 <= minutes <= 480:
        errors["minutes"] = "Between 5 and 480 minutes."
    if every is None or not 1 <= every <= 12:
        errors["every"] = "Every 1 to 12 weeks."
    if errors or minutes is None or every is None:
        return Shown(Correct(errors))
    title = " ".join(form.text("title").split())[:60] or "Weekly call"
    return RhythmSet(form.actor, Plan(days, at, every, local_date(context.now, scene.team.zone), minutes, title))


def _number(text: str) -> int | None:
    return int(float(text)) if re.fullmatch(r"\d{1,4}(\.0+)?", text) else None


# -- told ---------------------------------------------------------------------------------------------------


def _told(told: Told) -> What:
    payload = told.payload
    match told.verb_told:
        case "founded":
            return Founded()
        case "place_lost":
            return PlaceGone()
        case "forget":
            return Forgotten(Member.from_key(payload["member"]))
        case "draw":
            starts = _moment(payload["starts"])
            ends = _moment(payload.get("ends") or payload["starts"])
            return SessionPlanned(
                str(payload["session"]),
                _title(payload),
                starts,
                ends,
                tuple(str(role) for role in payload.get("roles") or ()),
                str(payload.get("from") or "guides"),
                str(payload.get("guide") or ""),
                tuple((str(role), str(line)) for role, line in dict(payload.get("says") or {}).items()),
            )
        case "served":
            return SessionServed(
                str(payload["session"]),
                _quarters(payload.get("served") or ()),
                tuple(Member.from_key(key).user for key in payload.get("there") or ()),
                _title(payload),
            )
        case "missing":
            return Missing(str(payload["session"]), str(payload["role"]), str(payload.get("under") or ""))
        case "off":
            return SessionOff(str(payload["session"]))
    return RosterChanged()


def _quarters(rows: Any) -> tuple[tuple[str, str, int], ...]:
    found = []
    for role, key, quarters in rows:
        n = max(0, min(4, int(quarters)))
        if n:
            found.append((str(role), Member.from_key(str(key)).user, n))
    return tuple(found)


def _title(payload: Mapping[str, Any]) -> str:
    title = str(payload.get("title") or "A session")[:80]
    return title[:1].upper() + title[1:]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
