"""The app manifest is what the code needs, no more, and what Slack's schema takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import app
from bot.activities import ACTIVITIES
from bot.engine.route import ROOT, Routes
from bot.platforms.slack import parse
from bot.platforms.slack.app import news
from bot.platforms.slack.package import EVENTS, OPTIONAL, SCOPES, manifest, manifest_text

COMMANDS = Routes(ACTIVITIES).commands
FILE = Path(__file__).parents[3] / "manifest.yml"

# The public schema of app manifests: which keys there are, and how long their values may be.
Shape = dict[str, Any]
URL = 3000
SCHEMA: Shape = {
    "display_information": {"name": 35, "description": 140, "long_description": 4000, "background_color": 7},
    "features": {
        "app_home": {"home_tab_enabled": bool, "messages_tab_enabled": bool, "messages_tab_read_only_enabled": bool},
        "bot_user": {"display_name": 80, "always_online": bool},
        "shortcuts": [{"name": 24, "type": 7, "callback_id": 255, "description": 150}],
        "slash_commands": [{"command": 32, "description": 2000, "usage_hint": 1000, "should_escape": bool, "url": URL}],
    },
    "oauth_config": {"redirect_urls": [URL], "scopes": {"bot": [64]}},
    "settings": {
        "event_subscriptions": {"request_url": URL, "bot_events": [64]},
        "interactivity": {"is_enabled": bool, "request_url": URL},
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
    },
}
MOST = {"shortcuts": 10, "slash_commands": 50, "bot_events": 100, "bot": 255}


def faults(value: Any, shape: Any, at: str = "") -> list[str]:
    if isinstance(shape, dict):
        found = [f"{at}/{key} is no key of the schema" for key in set(value) - set(shape)]
        return found + [f for key in set(value) & set(shape) for f in faults(value[key], shape[key], f"{at}/{key}")]
    if isinstance(shape, list):
        found = [f for n, one in enumerate(value) for f in faults(one, shape[0], f"{at}/{n}")]
        most = MOST.get(at.rsplit("/", 1)[-1], 1000)
        return found + ([f"{at} has more than {most}"] if len(value) > most else [])
    if shape is bool:
        return [] if isinstance(value, bool) else [f"{at} is not true or false"]
    return [] if isinstance(value, str) and 0 < len(value) <= shape else [f"{at} is not text of up to {shape}"]


def test_the_committed_file_is_the_generated_one() -> None:
    """manifest.yml is what `moderato slack-manifest` prints; when this fails, run it again."""
    assert FILE.read_text(encoding="utf-8") == manifest_text(COMMANDS)
    assert yaml.safe_load(FILE.read_text(encoding="utf-8")) == manifest(COMMANDS)


@pytest.mark.parametrize("url", ["", "https://bot.example"])
def test_slack_would_take_it(url: str) -> None:
    """Only keys of the public schema, within its lengths and counts."""
    made = manifest(COMMANDS, url=url)

    assert faults(made, SCHEMA) == []
    assert len(made["display_information"]["long_description"]) >= 175
    assert all(re.fullmatch(r"/[a-z-]+", entry["command"]) for entry in made["features"]["slash_commands"])


def test_every_shortcut_command_is_a_slash_command() -> None:
    """The slash commands are the root and the five the table calls shortcuts; each escapes names."""
    slash = manifest(COMMANDS)["features"]["slash_commands"]

    assert [entry["command"] for entry in slash] == [
        f"/{ROOT}",
        *(f"/{command.words}" for _, command in COMMANDS if command.shortcut),
    ]
    assert {entry["command"] for entry in slash[1:]} == {"/checkin", "/round", "/roles", "/guide", "/pulse"}
    assert all(entry["should_escape"] for entry in slash)


def test_a_shortcut_can_be_left_out() -> None:
    """A word that another app owns is left out; the root command and the others stay."""
    before = {entry["command"] for entry in manifest(COMMANDS)["features"]["slash_commands"]}
    after = {entry["command"] for entry in manifest(COMMANDS, without=["/round"])["features"]["slash_commands"]}

    assert before - after == {"/round"}
    with pytest.raises(ValueError, match="/rund is no shortcut"):
        manifest(COMMANDS, without=["rund"])


def test_the_command_line_prints_either_manifest() -> None:
    """`moderato slack-manifest` and its options print what may be pasted; what makes no sense is said instead."""
    ask = CliRunner().invoke
    made = yaml.safe_load(ask(app, ["slack-manifest", "--url", "https://bot.example", "--without", "/round"]).output)

    assert made["settings"]["interactivity"]["request_url"] == "https://bot.example/slack/events"
    assert "/round" not in [entry["command"] for entry in made["features"]["slash_commands"]]
    unknown = ask(app, ["slack-manifest", "--without", "/xyz"])
    assert (unknown.exit_code, "/xyz is no shortcut" in unknown.output) == (2, True)
    plain = ask(app, ["slack-manifest", "--url", "http://bot.example"])
    assert (plain.exit_code, "must begin with https://" in plain.output) == (2, True)


def test_socket_mode_needs_no_address_and_http_needs_one_everywhere() -> None:
    """Without an address Socket Mode is on and no address is named; with one, each entry has it."""
    socket, http = manifest(COMMANDS), manifest(COMMANDS, url="https://bot.example/")

    assert socket["settings"]["socket_mode_enabled"]
    assert "://" not in str(socket)
    assert not http["settings"]["socket_mode_enabled"]
    assert {entry["url"] for entry in http["features"]["slash_commands"]} == {"https://bot.example/slack/events"}
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert http["settings"]["interactivity"]["request_url"] == "https://bot.example/slack/events"
    assert http["oauth_config"]["redirect_urls"] == ["https://bot.example/slack/oauth_redirect"]


def test_every_event_is_understood_and_every_understood_event_asked_for() -> None:
    """The list of events and the code that hears them are the same list."""
    source = Path(news.__file__).read_text(encoding="utf-8")
    heard = set(re.findall(r'"([a-z_]+)"', "\n".join(re.findall(r"case (.+?)(?: if .+)?:\n", source))))

    assert heard | {"app_home_opened", "app_mention", "message.im"} == set(EVENTS)


def test_no_scope_reads_channels() -> None:
    """What people say in channels cannot be read by default; what is optional says what it is for."""
    assert not {"channels:history", "groups:history", "mpim:history"} & set(SCOPES)
    assert all(len(purpose) > 20 for purpose in OPTIONAL.values())
    assert all(purpose in FILE.read_text(encoding="utf-8") for purpose in [*SCOPES.values(), *OPTIONAL.values()])


def test_shortcuts_in_menus_are_understood() -> None:
    """Each callback of the manifest is one that parse knows."""
    entries = manifest(COMMANDS)["features"]["shortcuts"]

    assert {entry["callback_id"] for entry in entries} <= {parse.OPEN, parse.KEEP}
