"""What people choose for themselves. Nothing is kept here: settings belong to the person, in storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.kernel.cards import Card
from bot.kernel.ids import Member
from bot.kernel.people import Settings

MOST_UNIT = 40  # characters of a unit
FOREVER = date(9999, 12, 31)  # the end of an absence that comes back every week

KINDS = {  # kinds of message a person may mute, and what they are called
    "prompt": "Check-in questions",
    "reminder": "Reminders",
    "invitation": "Surveys and pairing",
    "role": "Role notices",
    "commitment": "Things I took on",
    "report": "Reports",
    "social": "Social and thanks",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody changed their own settings; *said* is what they are told."""

    by: Member
    settings: Settings
    said: Card


@dataclass(frozen=True, slots=True)
class DataAsked:
    by: Member
    dossier: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeletionConfirmed:
    by: Member


@dataclass(frozen=True, slots=True)
class PurgeDue:
    """Every session has had its chance to take the person out of what it shows."""

    member: Member


Event = Chosen | DataAsked | DeletionConfirmed | PurgeDue


@dataclass(frozen=True, slots=True)
class Held:
    """Something the person did not get, and why."""

    title: str
    team: str
    because: str
    until: datetime | None
