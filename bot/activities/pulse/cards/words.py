"""Who can see what of a survey, always in the same words."""

from __future__ import annotations

from bot.activities.pulse.model import Setting
from bot.kernel.cards import (
    Action,
    Button,
)
from bot.kernel.ids import SessionId
from bot.kernel.words import who

PAGE = (
    "Your answer is locked at once, with a key made for this survey alone, and nobody can read it while it is open. "
    "At the close all answers are unlocked together, shuffled, and stored without names and times; the key is "
    "destroyed. Whoever runs the server could open them earlier, with the database and a key kept apart from it. "
    "Once sent, an answer cannot be changed or found again."
)
PAGE_LINKED = (
    "Your answers before and after are put together under a made-up number, so that the group can see what grew. "
    "Until both are in and counted, whoever runs the server could find out which number is yours; then the link is "
    "destroyed. Once sent, an answer cannot be changed; until then you can take yours back."
)
PAGE_NAMED = "Your answer is stored and shown with your name. Once sent, it cannot be changed."


def readers(setting: Setting) -> str:
    """Who sees the totals."""
    if setting.readers == "team":
        return setting.label
    if setting.readers == "starter" and setting.starter is not None:
        return who(setting.starter)
    return f"Whoever looks after {setting.label}"


def who_sees(setting: Setting) -> str:
    """The line that stands on every screen of a survey, before anybody writes."""
    if setting.mode == "named":
        if setting.readers == "team":
            return f"Stored with your name. Everyone in {setting.label} can read it after the close."
        return f"Stored with your name. Only {readers(setting)} sees it, after the close."
    stored = "without your name" if setting.mode == "anonymous" else "under a made-up number"
    close = "the close" if setting.mode == "anonymous" else "the second close"
    return f"Stored {stored}. {readers(setting)} sees totals at {close}, if {setting.minimum} or more answer."


def page(setting: Setting) -> str:
    return {"anonymous": PAGE, "linked": PAGE_LINKED, "named": PAGE_NAMED}[setting.mode]


def button(session: SessionId, label: str, verb: str, *, primary: bool = False, asks: bool = False) -> Button:
    return Button(label, Action("pulse", session, verb), "primary" if primary else "plain", asks)
