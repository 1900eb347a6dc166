"""What a click in Slack costs, from the signed request to its acknowledgement, against stock Bolt that only acks.

Both sides get the same Starlette requests in one process on one core, signed alike; ours commits, Bolt does nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import shutil
import statistics
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.harness import Sides, at_least, at_most, bench, one_core
from bot.activities import ACTIVITIES
from bot.clock import wall
from bot.engine.ports import Installed, Sent
from bot.engine.route import ROOT, Routes
from bot.kernel.cards import Action
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.inbound import CommandTyped, RosterRead
from bot.kernel.people import Profile
from bot.main import Bot
from bot.platforms.slack.app import Slack, SlackSettings
from bot.platforms.slack.client import OneWorkspace

SECRET, TEAM = "a made-up secret", "T1"
TEAMS, AT_ONCE = 40, 16
NAMES = ("LENA", "TOMAS", "INES", "DIVYA", "SAM", "MAYA", "ARUN", "JO")
Door = Callable[[Request], Awaitable[Response]]


@bench("slack.ack", unit="ms", aim=at_most(0.1))
def acknowledged(scratch: Path) -> Iterator[Sides]:
    """How long a button waits for its acknowledgement (p50), one at a time, with its commit; stock Bolt only acks."""
    start = scratch / "start.db"
    presses = _rounds_begun(start)
    few = presses[:60]

    def ours() -> float:
        return _in_moderato(_copy(start, scratch / "ours.db"), lambda door: _median(door, presses))

    def baseline() -> float:
        return _in_bolt(AsyncApp, lambda door: _median(door, few))

    yield Sides(ours, baseline)


@bench("slack.throughput", unit="presses/s", aim=at_least(0.5))
def at_once(scratch: Path) -> Iterator[Sides]:
    """Presses a second, sixteen at once, each committed; Bolt with process_before_response only acks."""
    start = scratch / "start.db"
    presses = _rounds_begun(start)

    def ours() -> float:
        return _in_moderato(_copy(start, scratch / "ours.db"), lambda door: _rate(door, presses))

    def baseline() -> float:
        return _in_bolt(lambda **how: AsyncApp(process_before_response=True, **how), lambda door: _rate(door, presses))

    yield Sides(ours, baseline)


@bench("slack.routing", unit="µs", aim=at_most(1.2))
def routing(scratch: Path) -> Iterator[Sides]:  # noqa: ARG001  (the harness gives it)
    """Finding the command meant among all commands of the product, against finding it among three."""
    three = [a for a in ACTIVITIES if a.name in ("home", "rounds")]
    texts = ("round win or challenge 60", "help round", "round plan 09:30 topic")

    def cost(routes: Routes) -> float:
        turns = 3000
        began = perf_counter()
        for _ in range(turns):
            for text in texts:
                routes.find(text)
        return (perf_counter() - began) / (turns * len(texts)) * 1e6

    everything, few = Routes(ACTIVITIES), Routes(three)
    yield Sides(lambda: cost(everything), lambda: cost(few))


def _in_moderato(file: Path, measured: Callable[[Door], Awaitable[float]]) -> float:
    async def run() -> float:
        bot = Bot(f"sqlite:///{file}", pepper=b"a pepper", clock=wall)
        installs = OneWorkspace("xoxb-made-up")
        await installs.save(Installed(TEAM, "xoxb-made-up", "UBOT", "BBOT"))
        platform = Slack(bot, installs, SlackSettings(signing_secret=SECRET, api_url="http://127.0.0.1:9/"), root=ROOT)
        assert platform.door is not None
        _remember_rounds(bot)
        try:
            return await measured(platform.door.events)
        finally:
            await platform.stop()
            bot.close()

    with one_core():
        return asyncio.run(run())


def _remember_rounds(bot: Bot) -> None:
    """Read every round once: a bot has those in mind that it began itself, and these were begun by another process."""
    with bot.connections.transaction() as db:
        rounds = db.rows("SELECT id, workspace FROM session WHERE activity = 'rounds' AND open = 1")
    for session, workspace in rounds:
        with bot.database.unit() as unit:
            unit.load(SessionId(session), ("slack", workspace))


def _in_bolt(made: Callable[..., AsyncApp], measured: Callable[[Door], Awaitable[float]]) -> float:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id="UBOT", bot_id="BBOT", bot_token="xoxb-x")  # noqa: S106

    async def run() -> float:
        app = made(signing_secret=SECRET, authorize=authorize, logger=logging.Logger("quiet", logging.CRITICAL))

        @app.action("b1")
        async def press(ack: Callable[[], Awaitable[None]]) -> None:
            await ack()

        return await measured(AsyncSlackRequestHandler(app).handle)

    with one_core():
        return asyncio.run(run())


async def _median(door: Door, presses: Sequence[bytes]) -> float:
    """Milliseconds of the middle one."""
    took = []
    for press in presses:
        request = _request(press)
        began = perf_counter()
        answer = await door(request)
        took.append((perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.body
    return statistics.median(took)


async def _rate(door: Door, presses: Sequence[bytes]) -> float:
    requests = iter([_request(press) for press in presses])

    async def worker() -> None:
        for request in requests:
            answer = await door(request)
            assert answer.status_code == 200, answer.body

    began = perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(presses) / (perf_counter() - began)


def _request(body: bytes) -> Request:
    """A request as uvicorn hands it on, signed at this moment."""
    stamp = str(int(wall().timestamp())).encode()
    mark = hmac.new(SECRET.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
    headers = [
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"x-slack-request-timestamp", stamp),
        (b"x-slack-signature", f"v0={mark}".encode()),
    ]
    scope = {"type": "http", "method": "POST", "path": "/slack/events", "query_string": b"", "headers": headers}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)


def _rounds_begun(file: Path) -> list[bytes]:
    """A database with a round in each of the teams, waiting; and everybody's press on I'm in, as Slack sends it."""

    async def run() -> list[bytes]:
        bot = Bot(f"sqlite:///{file}", pepper=b"a pepper", clock=wall)
        bot.prepare()
        for number in range(TEAMS):
            place = Place("slack", TEAM, f"C{number}")
            members = [Member("slack", TEAM, f"U{number}{name}") for name in NAMES]
            people = tuple(Profile(member, name, "Europe/Berlin") for member, name in zip(members, NAMES, strict=True))
            await bot.hear(RosterRead(id=f"r{number}", place=place, name=f"c-{number}", people=people, by=members[0]))
            await bot.handle(CommandTyped(id=f"s{number}", actor=members[0], place=place, text="round"))
        now = wall() + timedelta(seconds=1)
        while (outgoing := bot.queues.claim_next(now)) is not None:
            bot.queues.settle(outgoing, Sent(f"1.{outgoing.channel}", outgoing.channel), now)
        with bot.connections.transaction() as db:
            rows = db.rows(
                "SELECT s.id, t.channel FROM session s JOIN team t ON t.id = s.team WHERE s.activity = 'rounds' "
                "AND s.open = 1 ORDER BY t.channel"
            )
        bot.close()
        return [_press(SessionId(session), channel, name) for name in NAMES for session, channel in rows]

    return asyncio.run(run())


def _press(session: SessionId, channel: str, name: str) -> bytes:
    user = f"U{channel[1:]}{name}"
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": user, "username": name.lower(), "name": name.lower(), "team_id": TEAM},
        "api_app_id": "A1",
        "token": "t",
        "container": {"type": "message", "message_ts": f"1.{channel}", "channel_id": channel, "is_ephemeral": False},
        "trigger_id": f"1.2.{channel}{name}",
        "channel": {"id": channel, "name": "bridge"},
        "message": {"ts": f"1.{channel}", "text": "Who is here for a round?", "type": "message"},
        "state": {"values": {}},
        "response_url": "http://127.0.0.1:9/",
        "actions": [
            {
                "type": "button",
                "action_id": "b1",
                "block_id": "b",
                "value": Action("rounds", session, "in").pack(),
                "action_ts": "1.2",
                "text": {"type": "plain_text", "text": "I'm in"},
            }
        ],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def _copy(start: Path, to: Path) -> Path:
    for leftover in to.parent.glob(f"{to.name}*"):
        leftover.unlink()
    shutil.copyfile(start, to)
    return to
