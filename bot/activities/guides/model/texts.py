"""Texts of a guide, with their placeholders filled in."""

from __future__ import annotations

from bot.activities.guides.model.setting import Setting
from bot.kernel.content import Guide
from bot.kernel.ids import Member, SessionId, TeamId, part_of
from bot.kernel.words import who


def fill(text: str, setting: Setting) -> str:
    """A text of a guide with its placeholders filled in."""
    topic = setting.topic or setting.title
    words = {
        "topic": topic,
        "team": setting.team_label,
        "goal": setting.today or topic,
        "leader": who(setting.facilitator),
        "name": "a colleague",
        "rule": setting.rules[0].rstrip(".") if setting.rules else "the rules you agreed on",
        "step": "this step",
        "date": "today",
    }
    begins = text.startswith("{")
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text[:1].upper() + text[1:] if begins else text


def alias(team: TeamId, member: Member) -> str:
    """Stands for a member in what is kept of two people: who asked to be forgotten is found in no row by it."""
    return part_of(SessionId(f"met.{team}"), member.key())


def is_offered(guide: Guide, built: frozenset[str]) -> bool:
    """Whether everything the guide needs is there."""
    return all(need in built for need in guide.needs)


def fill_plain(text: str) -> str:
    """A text of a guide before there is a session: placeholders read as words."""
    words = {"topic": "the topic", "team": "the team", "goal": "the goal", "leader": "the host", "name": "a colleague"}
    words |= {"rule": "the rules", "step": "this step", "date": "that day"}
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text
