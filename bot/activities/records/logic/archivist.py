"""The draft of a record, to whoever is archivist: a look, a title, tags, and then the archive has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.activities.records.cards import archivist as cards
from bot.activities.records.events import Retitled
from bot.activities.records.model import CORRECTIONS, Home, OpenRecap
from bot.kernel.calendar import at_wall
from bot.kernel.decision import Refused
from bot.kernel.effects import Effect, Post, Revise
from bot.kernel.hours import Hours, working_days_after
from bot.kernel.ids import Member

WORKING_DAYS = 3  # after these the record is filed as it is
NAME = "draft"


def until(home: Home, ended: datetime, archivist: Member | None) -> datetime:
    """How long a recap can be corrected: a day, or for an archivist three working days of the team."""
    if archivist is None:
        return ended + CORRECTIONS
    here = ended.astimezone(ZoneInfo(home.zone))
    day = working_days_after(Hours(home.zone), here.date(), WORKING_DAYS)
    return at_wall(day, here.time(), home.zone) if day is not None else ended + CORRECTIONS


def asked(state: OpenRecap) -> tuple[Effect, ...]:
    """One direct message, when the session is over."""
    if state.archivist is None:
        return ()
    why = f"You are archivist of {state.home.team_label}."
    return (Post(NAME, state.archivist, cards.draft_card(state), "role", why=why, until=state.until),)


def follows(state: OpenRecap) -> tuple[Effect, ...]:
    """What is corrected in the thread stands in the draft as well."""
    return (Revise(NAME, cards.draft_card(state)),) if state.archivist is not None else ()


def filed(state: OpenRecap, now: datetime) -> tuple[Effect, ...]:
    if state.archivist is None:
        return ()
    found = not state.ask or state.agreed
    return (Revise(NAME, cards.filed_card(state.content, found=found, by_time=now >= state.until)),)


def why_not(state: OpenRecap, by: Member) -> Refused | None:
    """Why this person cannot file it now."""
    if by != state.archivist and by not in state.home.owners:
        return Refused("The archivist files it, and anybody may correct it in the thread. Nothing changed.")
    if state.ask and not state.agreed:
        return Refused("Those who spoke have not agreed to it yet: All agree, in the thread. Nothing was filed.")
    return None


def retitled(state: OpenRecap, event: Retitled) -> OpenRecap | Refused:
    if event.by != state.archivist and event.by not in state.home.owners:
        return Refused("The archivist gives it its title and tags. Nothing changed.")
    return replace(state, content=replace(state.content, topic=event.title, tags=event.tags))


def without(state: OpenRecap, member: Member, now: datetime) -> OpenRecap:
    """The archivist left: nobody is waited for, so it is filed as any other."""
    if state.archivist != member:
        return state
    return replace(state, archivist=None, until=min(state.until, max(now, state.content.ended + CORRECTIONS)))
