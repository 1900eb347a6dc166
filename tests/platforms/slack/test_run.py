"""The whole program as an administrator starts it, and a bad day of Slack lived through."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import wall
from bot.platforms.slack.package import manifest
from tests.platforms.slack.conftest import NOW
from tests.platforms.slack.town import COMMANDS, Town, town
from tests.standins.slack import Seen, SlackStandIn
from tests.story import CAST

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_moderato_run(transport: str, tmp_path: Path) -> None:
    """`moderato run` with the values of the README connects, answers, serves its addresses and ends when told to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    made = manifest(COMMANDS, url="https://bot.example" if transport == "http" else "")
    async with SlackStandIn(made, wall, patience=30) as slack:
        work = slack.workspace("Acme")
        people = [slack.user(work, name) for name in ("lena", "tomas", "ines")]
        bridge = slack.channel(work, "bridge", people)
        install = slack.installed(work, by=people[0])
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": install.token,
            "SLACK_API_URL": slack.api_url,
            "MODERATO_DATABASE_URL": f"sqlite:///{tmp_path / 'moderato.db'}",
            "MODERATO_KEY_FILE": str(tmp_path / "moderato.key"),
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        if transport == "http":
            environment["SLACK_SIGNING_SECRET"] = slack.app.signing_secret
            slack.use_http(f"{url}/slack/events")
        else:
            environment["SLACK_APP_TOKEN"] = slack.app_token
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            said = await _up(process.stdout, f"{url}/healthz")
            await slack.join(install.bot, bridge, by=people[0])
            await slack.slash(people[1], bridge, "/moderato round")
            card = await slack.sees(people[2], bridge, "Who is here for a round?")
            await slack.press(people[2], card, "I'm in")
            await slack.sees(people[0], bridge, "In so far: Ines.")
        finally:
            process.send_signal(signal.SIGTERM)
            rest, _ = await process.communicate()
        output = said + rest
        assert process.returncode == 0, output.decode()
        assert b"Traceback" not in output
        assert not re.search(rb"Lena|Ines|win or challenge|xoxb", output), output.decode()
        assert slack.complaints == []


async def _up(output: asyncio.StreamReader, address: str) -> bytes:
    """Wait until the program says that it runs, and see that it serves; what it wrote so far."""
    said = b""
    while b"moderato is running" not in said:
        line = await output.readline()
        assert line, said.decode()  # it ended instead
        said += line
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.status == 200
    return said


@pytest.mark.parametrize("seed", ["a", "b", "c", "d", "e", "f"])
@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_bad_day_of_slack(seed: str, transport: str) -> None:
    """With a third of all calls going wrong a round still ends with its result, and nothing is doubled needlessly."""
    async with town(NOW, CAST, owner="Lena", transport=transport, rates=True) as here:
        here.slack.faults.seed, here.slack.faults.rate = seed, 0.3
        await here.slack.slash(here.people["Tomas"], here.bridge, "/moderato round")
        for name in ("Lena", "Ines", "Divya"):
            await here.until(here.clock() + timedelta(seconds=5))
            for card in _with(here, "I'm in"):
                await here.slack.press(here.people[name], card, "I'm in")
        for _ in range(200):
            await here.until(here.clock() + timedelta(seconds=20))
            for card in _with(here, "Done"):
                (up,) = [name for name in here.people if name in card.title]  # also once their time is over
                await here.slack.press(here.people[up], card, "Done")
            if any("Round done" in row.text for row in here.slack.timeline(here.owner, here.bridge)):
                break
        here.slack.faults.rate = 0.0
        await here.until(here.clock() + timedelta(hours=2))
        rows = here.slack.timeline(here.owner, here.bridge)
        sent = [m.metadata["event_payload"]["key"] for m in here.bridge.messages if m.metadata and not m.deleted]
        doubtful = sum("done=True" in fault and "chat.postMessage" in fault for fault in here.slack.faults.drawn)

        assert len(here.slack.faults.drawn) >= 3
        assert here.slack.rates.ignored == 0
        assert await here.bot.connections.in_thread(here.bot.queues.waiting) == 0
        assert sum("Round done" in row.text for row in rows) >= 1, [row.text for row in rows]
        assert len(sent) - len(set(sent)) <= doubtful  # a card may repeat only where its send was in doubt


def _with(here: Town, label: str) -> list[Seen]:
    """The newest card with this button, if there is one."""
    return [row for row in here.slack.timeline(here.owner, here.bridge) if label in row.buttons][-1:]
