"""A message that somebody wants in the archive, as a platform's menu hands it over."""

from __future__ import annotations

from bot.activities.records.commands.typed import NEEDS_TEAM, home
from bot.activities.records.events import SaveAnswered, SaveWanted
from bot.kernel.activity import Aimed, Context
from bot.kernel.decision import Refused
from bot.kernel.ids import SessionId, part_of
from bot.kernel.inbound import ButtonPressed

MOST_SAVED = 3000  # characters of a message


def wanted(press: ButtonPressed, context: Context) -> Aimed | Refused:
    """The platform says who wrote it as the argument, and the words as the choice."""
    team, by, text = context.team, press.actor, press.choice.strip()
    if team is None or press.place.direct:
        return NEEDS_TEAM
    if not text:
        return Refused("There are no words in this message. Nothing was kept.")
    if len(text) > MOST_SAVED:
        return Refused(f"There is room for {MOST_SAVED:,} characters; this has {len(text):,}. Nothing was kept.")
    author = next((one.member for one in context.roster if one.member.user == press.action.argument), None)
    if author is None:
        return Refused(
            "Whoever wrote this is not in the team, or is an app, so nobody can be asked. Nothing was kept. "
            "What you know of it yourself can be kept with: note."
        )
    id_ = part_of(SessionId(f"saved.{team.id}"), press.place.channel, press.message)
    return Aimed(id_, SaveWanted(id_, home(context), by, author, text), member=author)


def answered(press: ButtonPressed) -> Aimed:
    return Aimed(press.action.session, SaveAnswered(press.actor, press.verb == "save_yes"))
