"""The app manifest, from the same table that routes the commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import yaml

from bot.engine.route import ROOT
from bot.kernel.activity import Command
from bot.platforms.slack.package.rights import PURPOSES, scopes_of
from bot.platforms.slack.parse import KEEP, OPEN

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear @Moderato, which is how it is called inside threads",
    "channels:read": "who is in a public channel it was invited to, and its name",
    "chat:write": "post and edit its own messages",
    "commands": "slash commands and shortcuts",
    "files:write": "charts and exported files",
    "groups:read": "who is in a private channel it was invited to, and its name",
    "im:history": "what people type in its own conversation with them, nowhere else",
    "im:write": "write to a person",
    "users:read": "names, time zones, and who is a guest or has left",
}
OPTIONAL: Mapping[str, str] = PURPOSES
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)
LONG = (
    "Moderato hosts live rounds, written check-ins, timed discussion guides and short pulse surveys in the "
    "channel where your team already talks. It keeps the order and the time, shares the work of hosting, and shows "
    "the team how it is doing. It does not read the channel: it knows what people press, type to it, or write in "
    "its forms. Passing is always possible."
)
HEADER = """\
# The Slack app of Moderato. Made by `moderato slack-manifest` from the table that routes the commands; do not edit.
# Scopes:
{scopes}
# Not asked for, add them if you want what they are for:
{optional}
"""


def manifest(
    commands: Iterable[tuple[str, Command]], *, url: str = "", without: Iterable[str] = (), asks: Collection[str] = ()
) -> dict[str, Any]:
    """The manifest as Slack takes it. With *url* the HTTP variant, else Socket Mode.

    *without*: shortcut commands, with or without the stroke, that another app of the workspace owns.
    *asks*: names of `rights.RIGHTS` whose scopes it asks for as well.
    """
    listed = [command for _, command in commands]
    left_out = {word.removeprefix("/") for word in without}
    shortcuts = [command for command in listed if command.shortcut]
    unknown = left_out - {command.words for command in shortcuts}
    if unknown:
        known = ", ".join(f"/{command.words}" for command in shortcuts) or "none"
        raise ValueError(f"/{sorted(unknown)[0]} is no shortcut that can be left out; there are: {known}")
    base = url.rstrip("/")
    events = f"{base}/slack/events" if base else ""
    where = {"url": events} if base else {}
    slash = [
        {
            "command": f"/{ROOT}",
            "description": "Rounds, check-ins, roles, guides and pulses: all of it",
            "usage_hint": "[what, e.g. round or help]",
            "should_escape": True,
            **where,
        },
        *(
            {
                "command": f"/{command.words}",
                "description": command.help,
                **({"usage_hint": command.usage} if command.usage else {}),
                "should_escape": True,
                **where,
            }
            for command in shortcuts
            if command.words not in left_out
        ),
    ]
    in_menus = [
        {
            "name": "Open Moderato",
            "type": "global",
            "callback_id": OPEN,
            "description": "What is open for you, and ways to start",
        }
    ]
    if any(command.words == "note" for command in listed):
        in_menus.append(
            {
                "name": "Save to the archive",
                "type": "message",
                "callback_id": KEEP,
                "description": "Keep this message, if whoever wrote it agrees",
            }
        )
    interactivity = {"is_enabled": True} | ({"request_url": events} if base else {})
    subscriptions = ({"request_url": events} if base else {}) | {"bot_events": list(EVENTS)}
    redirects = {"redirect_urls": [f"{base}/slack/oauth_redirect"]} if base else {}
    return {
        "display_information": {
            "name": "Moderato",
            "description": "Hosts rounds, check-ins and guided talks, and keeps the time",
            "long_description": LONG,
            "background_color": "#2e4057",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Moderato", "always_online": True},
            "shortcuts": in_menus,
            "slash_commands": slash,
        },
        "oauth_config": {**redirects, "scopes": {"bot": sorted({*SCOPES, *scopes_of(asks)})}},
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": False,
        },
    }


def manifest_text(
    commands: Iterable[tuple[str, Command]], *, url: str = "", without: Iterable[str] = (), asks: Collection[str] = ()
) -> str:
    """The manifest as YAML, with what each scope is for."""
    made = manifest(commands, url=url, without=without, asks=asks)
    asked = made["oauth_config"]["scopes"]["bot"]
    purposes = {**SCOPES, **OPTIONAL}
    left = {scope: purpose for scope, purpose in OPTIONAL.items() if scope not in asked}
    head = HEADER.format(scopes=_lines({scope: purposes[scope] for scope in asked}), optional=_lines(left))
    return head + yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=110)


def _lines(scopes: Mapping[str, str]) -> str:
    return "\n".join(f"#   {scope}: {purpose}" for scope, purpose in scopes.items())
