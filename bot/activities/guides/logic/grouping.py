"""Small groups of a session: mixed by unit and by who met whom, with room for whoever comes later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from bot.activities.guides.cards import now as cards
from bot.activities.guides.model import Grouped, Running, Setting
from bot.kernel.effects import Post, Under
from bot.kernel.ids import Member
from bot.pieces.groups import divide, join, leave

Groups = tuple[tuple[Member, ...], ...]


def divided(run: Running, present: Collection[Member]) -> Groups:
    """The groups of this step: those of the last breakout where the guide keeps them, else new ones."""
    before = _before(run) if run.course.step.keep_groups else ()
    return before or divide(present, run.course.step.size or 2, units=_units(run.setting), met=_met(run.setting))


def with_late(run: Running, groups: Groups, member: Member) -> Groups:
    """Somebody comes later: to the smallest group, of equals to those they have not met, of another unit."""
    return join(groups, member, units=_units(run.setting), met=_met(run.setting))


def _before(run: Running) -> Groups:
    """The groups of the last breakout, with those who came since, without those who left."""
    found: Groups = run.groups
    for member in sorted({one for group in found for one in group} - set(run.present)):
        found = leave(found, member)
    for member in run.present if found else ():
        found = with_late(run, found, member)
    return found


def _units(setting: Setting) -> dict[Member, str]:
    return {member: str(number) for member, number in setting.units}


def _met(setting: Setting) -> Counter[frozenset[Member]]:
    return Counter(frozenset(pair) for pair in setting.met)


def post(run: Running, number: int) -> Post:
    """The message of one group, with its own thread."""
    live, setting = run.course.live, run.setting
    assert isinstance(live, Grouped)
    card = cards.group_card(setting, run.course.step, live.groups[number], run.course.ends)
    return Post(f"group.{run.course.step.id}.{number}", Under("card"), card)
