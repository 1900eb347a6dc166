"""The sample team: eight people in three time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.kernel.ids import Member, Place
from bot.kernel.inbound import Abilities, RosterRead
from bot.kernel.people import Profile
from bot.platforms.local import parse

CHANNEL = "bridge"
BERLIN, KOLKATA, TORONTO = "Europe/Berlin", "Asia/Kolkata", "America/Toronto"

OPENS = datetime(2026, 3, 25, 9, 29, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)  # a Wednesday


@dataclass(frozen=True, slots=True)
class Player:
    """One member of the sample team. *late* and *passes* are what they do in the first round."""

    user: str
    name: str
    zone: str  # IANA name
    city: str
    pace: float = 1.0  # 1.2 speaks and answers a fifth slower
    late: bool = False
    absent: bool = False
    passes: bool = False

    @property
    def member(self) -> Member:
        return parse.member(self.user)


TEAM = (
    Player("lena", "Lena", BERLIN, "Berlin"),
    Player("tomas", "Tomas", BERLIN, "Berlin", pace=0.9),
    Player("ines", "Ines", BERLIN, "Berlin"),
    Player("arun", "Arun", KOLKATA, "Kolkata", late=True),
    Player("divya", "Divya", KOLKATA, "Kolkata", pace=1.2),
    Player("maya", "Maya", TORONTO, "Toronto"),
    Player("jo", "Jo", TORONTO, "Toronto", absent=True),
    Player("sam", "Sam", TORONTO, "Toronto", passes=True),
)
PLAYERS = {player.user: player for player in TEAM}
OWNER = PLAYERS["lena"]


def roster(arrival: str) -> RosterRead:
    """The team as the platform reports it. *arrival* is the id of this report."""
    return RosterRead(
        id=arrival,
        place=home(),
        name=CHANNEL,
        people=tuple(Profile(player.member, player.name, player.zone) for player in TEAM),
        by=OWNER.member,
    )


def abilities(arrival: str) -> Abilities:
    """What the room shows beside messages: a line beside the channel's name, and groups."""
    place = home()
    missing = {"topic": "", "group": ""}
    return Abilities(id=arrival, platform=place.platform, workspace=place.workspace, missing=missing)


def home() -> Place:
    """The team's channel."""
    return parse.place(CHANNEL)
