"""What the bare command and help answer. Nothing here changes anything."""

from __future__ import annotations

from bot.activities.home import cards
from bot.activities.home.model import coming, waiting
from bot.kernel.activity import Command, Context, Facts, Level, Shown
from bot.kernel.decision import Whisper
from bot.kernel.inbound import CommandIssued, Inbound

ALLOW = {"open": Level.ANYONE, "help": Level.ANYONE, "home": Level.ANYONE}
NEEDS = {
    "open": (Facts("waits", of="member"),),
    "home": (Facts("waits", of="member"), Facts("rhythm", of="teams"), Facts("session_planned", of="teams")),
}
COMMANDS = (
    Command("", "open", "What is open for you, and ways to start"),
    Command("help", "help", "What I can do", "[word]", menu=1),
    Command("home", "home", "What waits for you, what comes next, your settings, your teams"),
)


def aim(inbound: Inbound, context: Context) -> Shown:
    if isinstance(inbound, CommandIssued) and inbound.verb == "help":
        wanted = inbound.rest.lower().strip()
        found = tuple(c for _, c in context.commands if wanted and c.words.split()[:1] == wanted.split()[:1])
        return Shown(Whisper(cards.topic_card(found) if found else cards.help_card(context.commands)))
    if isinstance(inbound, CommandIssued) and inbound.verb == "home" and context.actor is not None:
        teams = context.teams or ((context.team,) if context.team is not None else ())
        labels = {str(team.id): team.label for team in teams}
        next_ = coming(context.facts("rhythm"), context.facts("session_planned"), labels, context.now)
        return Shown(Whisper(cards.home(waiting(context.facts("waits"), context.now), next_, context.actor, teams)))
    known = frozenset(command.words for _, command in context.commands)
    return Shown(Whisper(cards.home_card(waiting(context.facts("waits"), context.now), known)))
