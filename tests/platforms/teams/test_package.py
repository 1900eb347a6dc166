"""The app package is one that Teams takes."""

from __future__ import annotations

import json
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bot.activities import ACTIVITIES
from bot.engine.route import Routes
from bot.platforms.teams.package import NEWEST, OLDER, draw, manifest, package
from tests.standins.teams import APP_ID

SCHEMA = json.loads((Path(__file__).parent / "MicrosoftTeams.v1.30.schema.json").read_text())
COMMANDS = Routes(ACTIVITIES).commands


def unzipped(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(packed)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def objections(described: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft4Validator(SCHEMA).iter_errors(described)]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"slash": True},
        {"reading": True},
        {"site": "https://bot.example/", "developer": "Example Ltd", "release": "1.2.3"},
    ],
)
def test_the_manifest_in_the_zip_keeps_the_schema(options: dict[str, Any]) -> None:
    """What stands in the zip validates against Microsoft's schema, with and without each extra."""
    files = unzipped(package(manifest(COMMANDS, APP_ID, **options)))

    assert objections(json.loads(files["manifest.json"])) == []
    assert sorted(files) == ["color.png", "manifest.json", "outline.png"]


def test_the_older_manifest_uses_nothing_newer() -> None:
    """For older tenants only the version differs, so it keeps the newest schema in everything else."""
    older, newer = manifest(COMMANDS, APP_ID, older=True), manifest(COMMANDS, APP_ID)
    differs = {name for name in newer if older[name] != newer[name]}

    assert (older["manifestVersion"], newer["manifestVersion"]) == (OLDER, NEWEST)
    assert differs == {"$schema", "manifestVersion"}
    assert objections(older | {"manifestVersion": NEWEST}) == []


def test_nothing_new_and_no_reading_unless_asked_for() -> None:
    """Slash commands, targeted messages and resource-specific consent are off by default."""
    plain = json.dumps(manifest(COMMANDS, APP_ID))

    assert not any(word in plain for word in ("slash", "supportsTargetedMessages", "authorization", "webApplication"))
    assert "ChannelMessage.Read.Group" in json.dumps(manifest(COMMANDS, APP_ID, reading=True))


def test_the_menu_shows_what_can_be_typed() -> None:
    """The ten most used commands, each with a meaning of its own, in all three scopes, every one understood."""
    (bot,) = manifest(COMMANDS, APP_ID)["bots"]
    routes = Routes(ACTIVITIES)
    for listed in bot["commandLists"]:
        titles = [command["title"] for command in listed["commands"]]
        assert len(titles) == 10
        assert set(titles) == {command.words for _, command in COMMANDS if command.menu}
        assert len(set(titles)) == len(titles)
        assert all(routes.find(title).__class__.__name__ == "Route" for title in titles)
    assert {scope for listed in bot["commandLists"] for scope in listed["scopes"]} == {"team", "groupChat", "personal"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"app_id": "my bot"}, "MicrosoftAppId"),
        ({"site": "http://bot.example"}, "https://"),
        ({"developer": "x" * 33}, "32"),
        ({"slash": True, "older": True}, "--older"),
        ({"release": "two"}, "--release is three numbers"),
    ],
)
def test_what_no_manifest_can_hold_is_refused_in_words(wrong: dict[str, Any], says: str) -> None:
    """A wrong id, address, name or pair of options is said before anything is written."""
    with pytest.raises(ValueError, match=says):
        manifest(COMMANDS, **({"app_id": APP_ID} | wrong))


def test_the_icons_are_ours_and_of_the_right_size() -> None:
    """The committed pictures are what the drawing draws: 192 and 32 pixels square, the small one white on nothing."""
    files = unzipped(package(manifest(COMMANDS, APP_ID)))

    assert (files["color.png"], files["outline.png"]) == (draw.color(), draw.outline())
    assert struct.unpack(">II", files["color.png"][16:24]) == (192, 192)
    assert struct.unpack(">II", files["outline.png"][16:24]) == (32, 32)
    dots = [(16.0, 4.8, 3.6, draw.WHITE)]
    assert {draw._pixel(x, y, dots, None)[:3] for x in range(32) for y in range(32)} == {draw.WHITE}


def test_the_same_manifest_gives_the_same_zip() -> None:
    """Nothing in the zip depends on when it was made."""
    assert package(manifest(COMMANDS, APP_ID)) == package(manifest(COMMANDS, APP_ID))
