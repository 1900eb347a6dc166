"""What one press in Teams costs, from the signed request to the answer, against the SDK's adapter doing nothing."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import jwt
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticationConfiguration,
    BotFrameworkAuthenticationFactory,
    PasswordServiceClientCredentialFactory,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor, _OpenIdMetadata
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from benchmarks.harness import Sides, at_least, bench
from bot.clock import wall
from bot.engine.ports import Sent
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import CommandTyped, RosterRead
from bot.kernel.people import Profile
from bot.main import Bot
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.app.host import Doorkeeper, SigningKeys
from bot.platforms.teams.client.connector import Connector

APP, TENANT = "0f6b1d5e-3c1a-4c57-9a52-6f1f6f8b7a10", "6b1f7c2a-95d4-4c0e-8a6e-2d3f4b5c6d7e"
SERVICE = "https://smba.trafficmanager.net/emea/"
TEAMS, AT_ONCE, STOCK_TURNS = 40, 16, 40
NAMES = ("Lena", "Tomas", "Ines", "Divya", "Sam", "Maya", "Arun", "Jo")
NOW = datetime(2026, 3, 25, 8, 29, tzinfo=UTC)
KEY = "key-1"


@bench("teams.press", unit="presses/s", aim=at_least(6))
def press_in_teams(scratch: Path) -> Iterator[Sides]:
    """One press, checked, committed and answered with its card, against the stock adapter answering nothing."""
    logging.disable(logging.WARNING)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    header = _signed(key)
    start = scratch / "start.db"
    bodies = _rounds_begun(start)
    stock = _stock(key)

    def ours() -> float:
        copy = scratch / "ours.db"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)
        shutil.copy(start, copy)
        bot = Bot(f"sqlite:///{copy}", pepper=b"a pepper", clock=lambda: NOW + timedelta(seconds=1))
        keys = SigningKeys("https://unused.example/")
        keys._keys, keys._fetched = {KEY: (key.public_key(), ["msteams"])}, keys._clock()
        platform = TeamsPlatform(bot, Doorkeeper(APP, keys), Connector(None))

        async def press(body: bytes) -> None:
            status, answer = await platform.door.receive(header, body)
            assert (status, answer["type"]) == (200, "application/vnd.microsoft.card.adaptive"), answer

        async def presses() -> float:
            for body in bodies:  # everybody has done something before, as on any day but the first
                await platform.receive(json.loads(body) | {"type": "typing"})
            return await _per_second(press, bodies)

        try:
            return asyncio.run(presses())
        finally:
            bot.close()

    async def nothing(body: bytes) -> None:
        activity = Activity().deserialize(json.loads(body))
        await stock.process_activity(header, activity, _answer_nothing)

    try:
        yield Sides(ours, lambda: asyncio.run(_per_second(nothing, bodies[:STOCK_TURNS])))
    finally:
        logging.disable(logging.NOTSET)


async def _per_second(do: Callable[[bytes], Awaitable[None]], bodies: Sequence[bytes]) -> float:
    """Sixteen at once, as many connections would bring them."""
    began = perf_counter()
    for at in range(0, len(bodies), AT_ONCE):
        await asyncio.gather(*(do(body) for body in bodies[at : at + AT_ONCE]))
    return len(bodies) / (perf_counter() - began)


async def _answer_nothing(_context: TurnContext) -> None:
    return


def _signed(key: rsa.RSAPrivateKey) -> str:
    now = int(wall().timestamp())  # the library that checks it reads the machine's clock
    claims = {
        "iss": "https://api.botframework.com",
        "aud": APP,
        "serviceurl": SERVICE,
        "nbf": now - 60,
        "exp": now + 3600,
    }
    return "Bearer " + jwt.encode(claims, key, "RS256", headers={"kid": KEY})


def _stock(key: rsa.RSAPrivateKey) -> CloudAdapterBase:
    """The SDK's adapter as it comes, with its keys already fetched."""

    class Fetched(dict[str, Any]):
        def get(self, url: str, default: Any = None) -> Any:  # noqa: ARG002
            return self.setdefault(url, _fetched(url, key))

    JwtTokenExtractor.metadataCache = Fetched()
    factory = PasswordServiceClientCredentialFactory(APP, "a password", TENANT)

    class Stock(CloudAdapterBase):  # type: ignore[misc]  # the SDK has no types
        pass

    return Stock(
        BotFrameworkAuthenticationFactory.create(
            credential_factory=factory, auth_configuration=AuthenticationConfiguration()
        )
    )


def _fetched(url: str, key: rsa.RSAPrivateKey) -> Any:
    metadata = _OpenIdMetadata(url)
    published = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    metadata.keys = [published | {"kid": KEY, "endorsements": ["msteams"]}]
    metadata.last_updated = datetime(9999, 1, 1)  # noqa: DTZ001 - the SDK compares it with a naive moment
    return metadata


def _rounds_begun(file: Path) -> list[bytes]:
    """A round that asks who is here in each of many teams, and everybody's press on it."""
    bot = Bot(f"sqlite:///{file}", pepper=b"a pepper", clock=lambda: NOW)
    bot.prepare()
    bodies = []
    for n in range(TEAMS):
        channel = f"19:team{n}@thread.tacv2"
        place = Place("teams", TENANT, channel)
        people = [Member("teams", TENANT, f"29:{n}-{name}") for name in NAMES]
        profiles = tuple(Profile(one, name, "Europe/Berlin") for one, name in zip(people, NAMES, strict=True))
        bot.engine.hear(RosterRead(id=f"r{n}", place=place, name=f"team{n}", people=profiles, by=people[0]))
        bot.engine.handle(CommandTyped(id=f"c{n}", actor=people[1], place=place, text="round wins 60"))
        while outgoing := bot.queues.claim_next(NOW):
            bot.queues.settle(outgoing, Sent(f"{n}", channel), NOW)
            if outgoing.card is not None:
                button = next(button for button in outgoing.card.buttons() if button.label == "I'm in")
        token = button.action.pack()
        bodies += [_press(channel, f"{n}", one, name, token) for one, name in zip(people[:-1], NAMES, strict=False)]
    with bot.connections.transaction() as db:
        db.commit()
    bot.connections.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bot.close()
    return bodies


def _press(channel: str, message: str, person: Member, name: str, token: str) -> bytes:
    """The invoke as Teams posts it."""
    activity = {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": f"f:{channel}-{name}",
        "timestamp": "2026-03-25T08:29:01.000Z",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": {"id": person.user, "name": name, "aadObjectId": name},
        "recipient": {"id": f"28:{APP}", "name": "Moderato"},
        "conversation": {
            "id": f"{channel};messageid={message}",
            "conversationType": "channel",
            "isGroup": True,
            "tenantId": TENANT,
        },
        "entities": [{"type": "clientInfo", "locale": "en-GB", "platform": "Windows", "timezone": "Europe/Berlin"}],
        "channelData": {"tenant": {"id": TENANT}, "channel": {"id": channel}, "team": {"id": channel}},
        "replyToId": message,
        "value": {
            "action": {"type": "Action.Execute", "title": "I'm in", "data": {"action": token}},
            "trigger": "manual",
        },
        "locale": "en-GB",
        "localTimezone": "Europe/Berlin",
    }
    return json.dumps(activity).encode()
