"""What the bare command and help answer. Nothing here changes anything."""

from __future__ import annotations

from bot.activities.home import cards
from bot.activities.home.model import waiting
from bot.kernel.activity import Command, Context, Facts, Level, Shown
from bot.kernel.decision import Whisper
from bot.kernel.inbound import CommandIssued, Inbound

ALLOW = {"open": Level.ANYONE, "help": Level.ANYONE}
NEEDS = {"open": (Facts("waits", of="member"),)}
COMMANDS = (
    Command("", "open", "What is open for you, and ways to start"),
    Command("help", "help", "What I can do", "[word]", menu=1),
)


def aim(inbound: Inbound, context: Context) -> Shown:
    if isinstance(inbound, CommandIssued) and inbound.verb == "help":
        wanted = inbound.rest.lower().strip()
        found = tuple(c for _, c in context.commands if wanted and c.words.split()[:1] == wanted.split()[:1])
        return Shown(Whisper(cards.topic_card(found) if found else cards.help_card(context.commands)))
    known = frozenset(command.words for _, command in context.commands)
    return Shown(Whisper(cards.home_card(waiting(context.facts("waits"), context.now), known)))
