"""A guide sent to the bot as a file in the personal chat: what is taken, and what is said where it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.activities import ACTIVITIES
from bot.engine.attached import MOST_BYTES
from bot.engine.route import Routes
from bot.platforms.teams.client.connector import Connector, Failed, _may_fetch
from bot.platforms.teams.package import manifest
from tests.platforms.teams.stage import TeamsStage
from tests.standins.teams import APP_ID
from tests.stories.test_own_guide import FILE
from tests.stories.test_session import library
from tests.story import berlin

LONG = FILE + "# a remark that makes it long\n" * 400  # more than a command may have otherwise
SERVICE = "https://smba.trafficmanager.net/emea/"


@pytest.fixture
def bridge() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-03-25 09:29"), content=library()) as stage:
        yield stage


def sends(bridge: TeamsStage, content: str | bytes, name: str = "look-back.yml", text: str = "", **traits: Any) -> str:
    """Sam sends a file to the bot, which answers."""
    raw = content.encode() if isinstance(content, str) else content
    share = bridge.teams.clients.share
    return bridge._told("Sam", lambda: share(bridge._persons["Sam"], name, raw, text, **traits))


def test_a_guide_is_sent_as_a_file(bridge: TeamsStage) -> None:
    """A YAML file in the personal chat is kept as a guide, however long, and the team can use it."""
    assert "Friday look-back, 15 minutes, 2 steps: ready to use." in sends(bridge, LONG, text="this is ours")
    assert "Friday look-back" in bridge.types("Jo", "guide list share 15")


def test_what_is_wrong_has_its_line(bridge: TeamsStage) -> None:
    """The loader's sentences come back with the lines of the file, blank ones at its top counted; nothing is kept."""
    wrong = FILE.replace("minutes: 12", "minutes: 10")

    assert "Line 6: the steps add up to 13 minutes, total_minutes says 15." in sends(bridge, wrong)
    told = sends(bridge, b"\xef\xbb\xbf" + ("\n\n" + wrong).replace("\n", "\r\n").encode(), name="LOOK.YAML")
    assert "Line 8: the steps add up to 13 minutes" in told
    assert "Nothing was kept." in told
    assert "Line " in sends(bridge, "kind: guide\n  broken: [")


def test_the_same_activity_twice_makes_one_version(bridge: TeamsStage) -> None:
    """Teams may bring a message again; the guide is kept once."""
    sends(bridge, FILE)
    assert bridge._told("Sam", bridge.teams.clients.again) == ""
    assert "version 2" in sends(bridge, FILE)


@pytest.mark.parametrize(
    ("content", "traits", "says"),
    [
        (b"#" * (MOST_BYTES + 1), {}, "is too large"),
        (b"#" * (MOST_BYTES * 40), {}, "is too large"),
        (b"\x89PNG\x00\x01", {}, "It is not plain text."),
        (b" \n\n", {}, "is empty"),
        (b"kind: guide", {"status": 403}, "did not arrive"),
        (b"kind: guide", {"status": 0}, "did not arrive"),
        (b"kind: guide", {"address": "http://files.example/a.yml"}, "did not arrive"),
        (b"kind: guide", {"address": "file:///etc/hosts"}, "did not arrive"),
        (b"kind: guide", {"address": "no address"}, "did not arrive"),
        (b"kind: guide", {"leads_to": "http://files.example/a.yml"}, "did not arrive"),
        (b"kind: guide", {"name": "plan.docx"}, "plan.docx is no guide"),
    ],
)
def test_what_cannot_be_taken_is_said(bridge: TeamsStage, content: bytes, traits: dict[str, Any], says: str) -> None:
    """Too large, no text, empty, refused, broken off, another host or kind: each has its sentence."""
    told = sends(bridge, content, **traits)

    assert says in told
    assert "Nothing was kept." in told
    assert "ready to use" in sends(bridge, FILE)


def test_an_address_that_leads_on_is_followed_a_little(bridge: TeamsStage) -> None:
    """A file server may send elsewhere, over and over it may not."""
    first = bridge.teams.clients.share(bridge._persons["Sam"], "look-back.yml", FILE.encode())
    assert "ready to use" in bridge._told("Sam", lambda: first)
    (key,) = bridge.teams.world.files
    assert "version 2" in sends(bridge, b"", leads_to=f"/files/{key}")
    (_, looped) = bridge.teams.world.files
    bridge.teams.world.files[looped].leads_to = f"/files/{looped}"
    assert "did not arrive" in sends(bridge, b"", leads_to=f"/files/{looped}")


def test_pictures_beside_words_are_left_alone(bridge: TeamsStage) -> None:
    """Other files do not keep words from being understood, and are not fetched."""
    assert "dance" in sends(bridge, b"\x89PNG", name="photo.png", text="dance")
    assert bridge.teams.count("file") == 0


@pytest.mark.parametrize(
    ("address", "service", "local", "fetched"),
    [
        ("https://acme.sharepoint.com/download.aspx?tempauth=x", SERVICE, False, True),
        ("http://acme.sharepoint.com/a.yml", SERVICE, False, False),
        ("https://127.0.0.1/a.yml", SERVICE, False, False),
        ("https://localhost/a.yml", SERVICE, False, False),
        ("https://169.254.169.254/metadata", SERVICE, False, False),
        ("https://[fd00::1]/a.yml", SERVICE, False, False),
        ("https://user@acme.sharepoint.com/a.yml", SERVICE, False, False),
        ("ftp://acme.sharepoint.com/a.yml", SERVICE, False, False),
        ("https://[/a.yml", SERVICE, False, False),
        ("", SERVICE, False, False),
        ("http://127.0.0.1:9/a.yml", "http://127.0.0.1:8/teams/", False, True),
        ("https://acme.sharepoint.com/a.yml", "http://127.0.0.1:8/teams/", True, False),
    ],
)
def test_which_addresses_are_fetched(address: str, service: str, local: bool, fetched: bool) -> None:
    """By name and over https; this machine only in trials, and then nothing else."""
    assert (_may_fetch(address, service, local=local) is not None) is fetched


@pytest.mark.anyio
async def test_a_file_server_that_is_silent_is_given_up(bridge: TeamsStage) -> None:
    """After its time-out a download fails, instead of being waited for."""
    gate = bridge.teams.hold("file")
    connector = Connector(None, timeout=0.05, trust_env=False)
    failed = await connector.download(f"{bridge.teams.base}/files/x", 10, bridge.teams.base)
    gate.open()
    await connector.close()

    assert isinstance(failed, Failed)
    assert failed.status == 0


def test_the_package_says_that_files_are_taken() -> None:
    """Teams lets people send files to the bot only where its manifest says so."""
    (bot,) = manifest(Routes(ACTIVITIES).commands, APP_ID)["bots"]

    assert bot["supportsFiles"] is True
