"""What Slack's errors say is lost. Pure."""

from __future__ import annotations

from typing import Literal

from bot.engine.ports import Outgoing
from bot.platforms.slack.client.wire import NOT_INSTALLED

GONE_MESSAGE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"})
GONE_PLACE = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
    }
)
GONE_PERSON = frozenset(
    {
        "channel_not_found",
        "user_not_found",
        "user_disabled",
        "user_not_visible",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "is_archived",
        "is_inactive",
    }
)
GONE_WORKSPACE = frozenset(
    {
        NOT_INSTALLED,
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "team_access_not_granted",
        "team_not_found",
        "enterprise_is_restricted",
    }
)
BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "only_one_table_allowed"})


def lost_by(error: str, outgoing: Outgoing) -> Literal["message", "place", "member", "workspace"]:
    """What will never take a message again: only this one, the channel, the person, or the whole workspace."""
    if error in GONE_WORKSPACE:
        return "workspace"
    if outgoing.user:
        return "member" if error in GONE_PERSON else "message"
    return "place" if error in GONE_PLACE else "message"
