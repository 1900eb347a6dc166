"""How words and presses become events of the roles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bot.activities.roles.commands.forms import submitted
from bot.activities.roles.commands.known import ROTATES, STALE, listed_in, lying_of, pack_of
from bot.activities.roles.commands.told import told
from bot.activities.roles.events import (
    Accepted,
    Avoided,
    AvoidOpened,
    CardAsked,
    CompanyAsked,
    CompanyGiven,
    DateBack,
    DateSkipped,
    DrawAsked,
    DryRun,
    FollowOpened,
    HandoverAnswered,
    HandoverAsked,
    Happened,
    HistoryAsked,
    HolderSet,
    Looked,
    MissingAsked,
    NotThisTime,
    OftenSet,
    OpenedHere,
    OwnerFound,
    OwnOpened,
    PrepareOpened,
    RhythmOpened,
    SetUpOpened,
    SwapAnswered,
    SwapOpened,
    TimeCame,
    Took,
    Volunteered,
    What,
)
from bot.activities.roles.model import Scene
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.calendar import local_date
from bot.kernel.content import Library
from bot.kernel.decision import Refused
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.signs import ABLE
from bot.pieces.dates import Unclear, read_on


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return Refused("This works in a team's channel. Type it there, and it knows which team you mean.")
    library = context.content if isinstance(context.content, Library) else Library()
    session = SessionId(f"roles.{team.id}")
    scene = Scene(
        session,
        team,
        tuple(person for person in context.roster if person.takes_part),
        tuple(person.member for person in context.roster if person.owner),
        library.roles,
        library.guides,
        {fact.key: str(fact.row.get("missing") or "") for fact in context.facts(ABLE)},
        lying_of(context) if isinstance(inbound, TimerFired) else None,
    )
    what = _what(inbound, context, scene)
    return what if isinstance(what, Refused | Shown) else Aimed(session, Happened(scene, what))


def _what(inbound: Inbound, context: Context, scene: Scene) -> What | Refused | Shown:
    match inbound:
        case CommandIssued():
            return typed(inbound, context, scene)
        case ButtonPressed():
            return pressed(inbound)
        case FormSubmitted():
            return submitted(inbound, context, scene)
        case TimerFired(name=name):
            return TimeCame(name)
        case Told():
            return told(inbound)


def typed(inbound: CommandIssued, context: Context, scene: Scene) -> What | Refused:
    by, rest = inbound.actor, " ".join(inbound.rest.split())
    match inbound.verb:
        case "show":
            return Looked(by)
        case "history":
            return HistoryAsked(by)
        case "draw":
            return DrawAsked(by, listed_in(rest))
        case "swap":
            return SwapOpened(by)
        case "volunteer":
            return Volunteered(by, rest or "facilitator")
        case "avoid":
            return Avoided(by, listed_in(rest)) if rest else AvoidOpened(by)
        case "setup":
            return SetUpOpened(by)
        case "add":
            return OwnOpened(by)
        case "edit":
            return OwnOpened(by, rest or None)
        case "rhythm":
            return RhythmOpened(by)
        case "follow":
            return FollowOpened(by)
        case "skip":
            return _skipped(by, rest, context, scene)
        case "prepare":
            return PrepareOpened(by)
        case "often":
            role, _, how = rest.rpartition(" ")
            if not role or how.lower() not in ROTATES:
                return Refused("Write the role and how often: roles often archivist month. Nothing changed.")
            return OftenSet(by, role, ROTATES[how.lower()])
        case "set" | "coach" | "handover":
            return _to_somebody(inbound, rest, context, scene)
    return STALE


def _skipped(by: Member, rest: str, context: Context, scene: Scene) -> What | Refused:
    if not rest:
        return DateSkipped(by)
    read = read_on(rest, local_date(context.now, scene.team.zone))
    if isinstance(read, Unclear):
        return Refused(f"{read.because} Nothing changed.")
    return DateSkipped(by, read.first) if read.one else Refused("One date at a time, such as 5 Mar. Nothing changed.")


def _to_somebody(inbound: CommandIssued, rest: str, context: Context, scene: Scene) -> What | Refused:
    member, left = _person(rest, inbound.mentions, scene)
    if inbound.verb == "handover":
        if member is None:
            typed = f'Nobody in {scene.team.label} is called "{rest[:80]}". ' if rest else ""
            return Refused(f"{typed}To whom? Write handover and the name, such as handover @Divya. Nothing changed.")
        return HandoverAsked(inbound.actor, member, pack_of(context))
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


def pressed(press: ButtonPressed) -> What | Refused:
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
        case "open_here":
            swap = int(rest) if turn == "swap" and rest.isdecimal() else 0
            if turn == "question":
                return OpenedHere(by, question=rest)
            return OpenedHere(by, "" if swap else turn, swap)
        case "missing" | "missing_role":
            return MissingAsked(by, turn, rest)
        case "prepare":
            return PrepareOpened(by)
        case "dry" | "dry_more":
            return DryRun(by, turn, int(rest) if rest.isdecimal() else 0, more=press.verb == "dry_more")
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
        case "follow":
            return FollowOpened(press.actor)
        case "add":
            return OwnOpened(press.actor)
        case "edit":
            return OwnOpened(press.actor, press.action.argument or None)
        case "unskip":
            return DateBack(press.actor, date.fromisoformat(press.action.argument))
        case "rhythm":
            return RhythmOpened(press.actor)
        case "draw":
            return DrawAsked(press.actor, listed_in(press.action.argument))
    return STALE
