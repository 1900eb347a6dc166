"""Who is in a team, and how each of them wants to be treated."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.kernel.ids import Member, Place, TeamId

WORKDAYS = (0, 1, 2, 3, 4)  # Monday to Friday, as date.weekday() counts


@dataclass(frozen=True, slots=True)
class Absence:
    """Days somebody is away, both included. *weekdays* restricts it to some days of the week (Fridays, say)."""

    first: date
    last: date
    weekdays: tuple[int, ...] = ()

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last and (not self.weekdays or day.weekday() in self.weekdays)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose for themselves; holds over all their teams."""

    zone: str = ""  # IANA name; empty: the platform's, else the team's
    starts: time = time(9, 0)
    ends: time = time(17, 0)
    days: tuple[int, ...] = WORKDAYS
    holidays: str = ""  # ISO country, optionally -region: DE, DE-BY
    absences: tuple[Absence, ...] = ()
    stopped: bool = False  # nothing unasked at all
    muted: tuple[str, ...] = ()  # kinds of message, or categories, not wanted
    daily: int = 1  # unasked messages a working day
    weekly: int = 3
    in_channel: bool = False  # prefers the channel card to a direct message
    language: str = ""
    unit: str = ""  # where they work, in their own word; small groups are mixed across units

    def away_on(self, day: date) -> bool:
        return any(absence.covers(day) for absence in self.absences)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform says about somebody."""

    member: Member
    name: str
    zone: str = ""
    guest: bool = False
    bot: bool = False
    active: bool = True
    address: str = ""  # what the platform needs to open a direct conversation, if it is not the user id
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of one team."""

    member: Member
    name: str
    zone: str  # IANA name, never empty: own choice, else the platform's, else the team's
    guest: bool = False
    owner: bool = False
    takes_part: bool = True
    joined: datetime | None = None
    founding: bool = False  # was there when the team began
    reachable: bool = True  # the last direct message was accepted
    settings: Settings = field(default_factory=Settings)
    zone_known: bool = True  # own choice, or the platform said so; False: the team's is taken for theirs

    def away_on(self, day: date) -> bool:
        return self.settings.away_on(day)


@dataclass(frozen=True, slots=True)
class Team:
    """The group the bot facilitates, bound to one channel."""

    id: TeamId
    place: Place
    name: str  # the channel's name without the sign: bridge, or Sales and service
    zone: str  # IANA name
    ready: bool = False  # somebody has been through the set-up
    private: bool = False

    @property
    def label(self) -> str:
        """How a sentence names the team's channel."""
        return channel_label(self.name)


MOST_LABEL = 80  # characters; Slack has no longer names, and a title has to hold one and some words


def channel_label(name: str) -> str:
    """`#bridge`; but where channels have names like sentences have (Teams), just that: `Sales and service`."""
    short = name if len(name) <= MOST_LABEL else f"{name[: MOST_LABEL - 1]}…"
    return short if " " in name or name != name.lower() else f"#{short}"
