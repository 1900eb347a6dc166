"""A small Slack to try the stand-in on."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Channel, HeldClock, SlackStandIn, User, Workspace

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Moderato"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "moderato"},
        "slash_commands": [{"command": "/moderato", "description": "All of it", "should_escape": True}],
        "shortcuts": [
            {"name": "Start a round", "type": "global", "callback_id": "start-round", "description": "x"},
            {"name": "Keep this", "type": "message", "callback_id": "keep", "description": "x"},
        ],
    },
    "oauth_config": {
        "redirect_urls": ["http://127.0.0.1"],
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:read",
                "chat:write",
                "commands",
                "files:write",
                "groups:read",
                "im:history",
                "im:write",
                "users:read",
            ]
        },
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "app_uninstalled",
                "channel_archive",
                "channel_rename",
                "member_joined_channel",
                "member_left_channel",
                "message.im",
                "tokens_revoked",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


class Cast:
    """Slack with one workspace, three people, a public and a private channel, and the app in the public one."""

    slack: SlackStandIn
    clock: HeldClock
    work: Workspace
    lena: User
    arun: User
    guest: User
    bot: User
    bridge: Channel
    cellar: Channel
    token: str
    client: AsyncWebClient


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def cast() -> AsyncIterator[Cast]:
    cast = Cast()
    cast.clock = HeldClock()
    async with SlackStandIn(copy.deepcopy(MANIFEST), cast.clock, patience=5) as slack:
        cast.slack = slack
        cast.work = slack.workspace("Acme")
        cast.lena = slack.user(cast.work, "lena", tz="Europe/Berlin", locale="de-DE")
        cast.arun = slack.user(cast.work, "arun", tz="Asia/Kolkata")
        cast.guest = slack.user(cast.work, "gast", guest="single")
        cast.bridge = slack.channel(cast.work, "bridge", [cast.lena, cast.arun, cast.guest])
        cast.cellar = slack.channel(cast.work, "cellar", [cast.lena], kind="private")
        install = slack.installed(cast.work, by=cast.lena)
        cast.bot, cast.token = install.bot, install.token
        cast.bridge.members.append(install.bot)
        cast.client = AsyncWebClient(token=cast.token, base_url=slack.api_url, timeout=5)
        yield cast
