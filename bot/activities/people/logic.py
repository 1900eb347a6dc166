"""What follows from what a person chose."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from bot.activities.people import cards
from bot.activities.people.model import Chosen, DataAsked, DeletionConfirmed, Event, PurgeDue
from bot.kernel.decision import Decision, Whisper, say
from bot.kernel.effects import Erase, Post, Prefer, Tell

UNTIL_PURGE = timedelta(minutes=1)  # by then every session has taken the person out of what it shows


def decide(state: None, event: Event, now: datetime) -> Decision[None]:  # noqa: ARG001  (nothing is kept here)
    match event:
        case Chosen(by=by, settings=settings, said=said):
            return Decision(None, (Prefer(by, settings),), Whisper(said, lasting=True))
        case DataAsked(by=by, dossier=dossier):
            post = Post("data", by, cards.data_card(dossier), "asked")
            return Decision(None, (post,), say("Your data is in your direct messages, as a file."))
        case DeletionConfirmed(by=by):
            purge = Tell("people", "purge", {"member": by.key()}, at=now + UNTIL_PURGE)
            return Decision(None, (Erase(by), purge), Whisper(cards.deleted_card()))
        case PurgeDue(member=member):
            return Decision(None, (Erase(member, last=True),))
        case _:
            assert_never(event)
