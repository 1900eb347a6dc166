"""The whole program as an administrator starts it for Teams: on loopback without a registration, beside Slack."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.clock import wall
from bot.platforms.slack.package import manifest
from tests.platforms.slack.town import COMMANDS
from tests.standins.slack import SlackStandIn
from tests.standins.teams import TeamsStandIn

pytestmark = pytest.mark.anyio


async def test_one_server_serves_teams_and_slack(tmp_path: Path) -> None:
    """`moderato run` holds a round on both at once, at one address; what is not from this machine's Teams is 401."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    async with SlackStandIn(manifest(COMMANDS, url="https://bot.example"), wall, patience=30) as slack:
        work = slack.workspace("Acme")
        people = [slack.user(work, name) for name in ("lena", "tomas")]
        bridge = slack.channel(work, "bridge", people)
        install = slack.installed(work, by=people[0])
        slack.use_http(f"{url}/slack/events")
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": install.token,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "MODERATO_TEAMS_LOCAL": "1",
            "MODERATO_DATABASE_URL": f"sqlite:///{tmp_path / 'moderato.db'}",
            "MODERATO_KEY_FILE": str(tmp_path / "moderato.key"),
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said = b""
        try:
            assert process.stdout is not None
            while b"moderato is running" not in said:
                line = await process.stdout.readline()
                assert line, said.decode()
                said += line
            await slack.join(install.bot, bridge, by=people[0])
            await slack.slash(people[1], bridge, "/moderato round")
            await slack.sees(people[0], bridge, "Who is here for a round?")
            await asyncio.to_thread(_a_round_in_teams, f"{url}/api/messages")
            refused = await _refused(url)
        finally:
            process.send_signal(signal.SIGTERM)
            rest, _ = await process.communicate()
        output = (said + rest).decode()
        assert process.returncode == 0, output
        assert "on this machine only, because MODERATO_TEAMS_LOCAL=1" in output
        assert "Traceback" not in output
        assert not re.search("Lena|Ines|win or challenge", output), output
        assert refused == {"another service": 1.0, "another machine": 1.0}


def _a_round_in_teams(address: str) -> None:
    """Installed, a round is started, joined and seen, as the people's own clients show it."""
    with TeamsStandIn(wall) as teams:
        teams.servers.trusting, teams.clients.bot = True, address
        lena, ines = teams.world.person("Lena"), teams.world.person("Ines")
        team = teams.world.team("Bridge", [lena, ines])
        teams.play(teams.clients.install(lena, team))
        teams.play(teams.clients.say(lena, team.general, "round"))
        teams.play(teams.servers.answered("send", 1))
        (card,) = [seen for seen in teams.world.sees(ines, team.general) if "Who is here for a round?" in str(seen)]
        assert teams.play(teams.clients.press(ines, card.message, "I'm in")).status == 200
        teams.play(teams.servers.answered("update", 1))
        assert "In so far: Ines" in str(teams.world.sees(lena, team.general)[-1])


async def _refused(url: str) -> dict[str, float]:
    """What the door says to two who are not this machine's Teams, and how /metrics counts them."""
    activity = {"type": "message", "channelId": "msteams", "serviceUrl": "https://smba.example/", "text": "hi"}
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Origin": "https://evil.example"}):
            async with session.post(f"{url}/api/messages", json=activity, headers=headers) as answer:
                assert answer.status == 401
        async with session.get(f"{url}/metrics") as answer:
            text = await answer.text()
    return {why: float(n) for why, n in re.findall(r'moderato_teams_refused_total{reason="([^"]+)"} (\S+)', text)}
