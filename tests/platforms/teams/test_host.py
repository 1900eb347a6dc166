"""The door on the web framework, and the three kinds of credential."""

from __future__ import annotations

import asyncio
import datetime
import json
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from jwt import ExpiredSignatureError, PyJWT
from starlette.applications import Starlette

from bot.clock import wall
from bot.platforms.teams.app.host import MOST_BODY, Answer, BotHost, Doorkeeper, LoopbackDoorkeeper, SigningKeys, route
from bot.platforms.teams.client.tokens import Certificate, Credentials, ManagedIdentity, NoTokenError, Secret, Tokens
from tests.standins.teams import APP_ID, SECRET, TENANT, Team, TeamsStandIn


async def noted(_activity: dict[str, Any]) -> Answer | None:
    return Answer(200, {"noted": True})


def ask(host: BotHost, body: bytes, *, client: tuple[str, int] = ("127.0.0.1", 5), **headers: str) -> httpx.Response:
    """One request to the bot's address, from *client*."""

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=[route(host)]), client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as web:
            return await web.post("/api/messages", content=body, headers=headers)

    return asyncio.run(go())


def a_message(teams: TeamsStandIn, bridge: Team) -> bytes:
    activity = teams.clients._activity("message", bridge.members[0], bridge.general, id="1", thread="1")
    return json.dumps(activity).encode()


def test_the_route_takes_what_teams_posts(teams: TeamsStandIn, bridge: Team) -> None:
    """Header and body go in, status and JSON come out."""
    host = BotHost(Doorkeeper(APP_ID, SigningKeys(teams.openid)), noted)
    signed = teams.channel.sign(teams.clients.service_url)
    taken = ask(host, a_message(teams, bridge), authorization=signed)

    assert (taken.status_code, taken.json()) == (200, {"noted": True})
    assert ask(host, a_message(teams, bridge)).status_code == 401


def test_a_checked_token_is_good_until_its_end_and_for_its_service_only(teams: TeamsStandIn, bridge: Team) -> None:
    """A token seen before is not a pass for another service, nor for ever, nor past a change of keys."""
    now, ticks = [wall()], [0.0]
    keys = SigningKeys(teams.openid, clock=lambda: ticks[0])
    host = BotHost(Doorkeeper(APP_ID, keys, clock=lambda: now[0]), noted)
    signed = teams.channel.sign(teams.clients.service_url)
    body = a_message(teams, bridge)
    elsewhere = body.replace(b"/teams/emea/", b"/teams/amer/")

    async def tries() -> list[int]:
        found = [(await host.receive(signed, body))[0], (await host.receive(signed, elsewhere))[0]]
        now[0] += datetime.timedelta(hours=2)
        with pytest.MonkeyPatch.context() as patch:  # the library that checks reads the machine's clock
            patch.setattr(PyJWT, "_validate_exp", _ended)
            found.append((await host.receive(signed, body))[0])
        now[0] -= datetime.timedelta(hours=2)
        found.append((await host.receive(signed, body))[0])
        teams.channel.rotate()
        ticks[0] += 60
        found.append((await host.receive(teams.channel.sign(teams.clients.service_url), body))[0])
        found.append((await host.receive(signed, body))[0])
        return found

    assert asyncio.run(tries()) == [200, 401, 401, 200, 200, 401]
    assert host.refused == {"another service": 1, "expired": 1, "unknown key": 1}


def _ended(*_: Any) -> None:
    raise ExpiredSignatureError("the end has come")


def test_a_flood_is_cut_off(teams: TeamsStandIn) -> None:
    """A body that no activity can have is refused before it is read to its end."""
    host = BotHost(Doorkeeper(APP_ID, SigningKeys(teams.openid)), noted)

    assert ask(host, b"x" * (MOST_BODY + 1)).status_code == 413


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (("127.0.0.1", 5), {}, 200),
        (("10.0.0.7", 5), {}, 401),
        (("127.0.0.1", 5), {"origin": "https://evil.example"}, 401),
    ],
)
def test_a_local_trial_is_for_this_machine(
    teams: TeamsStandIn, bridge: Team, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    """Another machine is refused, and so is a web page that a browser here shows."""
    host = BotHost(LoopbackDoorkeeper(), noted)

    assert ask(host, a_message(teams, bridge), client=client, **headers).status_code == status


def a_certificate() -> tuple[str, Any]:
    """A private key with its self-signed certificate, certificate first; and the public key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "moderato")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2036))
    public = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (public + private).decode(), key.public_key()


def test_a_certificate_gets_a_token(teams: TeamsStandIn) -> None:
    """One PEM text with key and certificate, in either order, is credential enough."""
    pem, teams.registration.certificate = a_certificate()
    tokens = Tokens(Certificate(APP_ID, TENANT, pem), session=teams.session())

    assert teams.registration.knows(f"Bearer {asyncio.run(tokens.bearer())}")


def test_a_managed_identity_gets_a_token(teams: TeamsStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's identity endpoint is asked, and no secret is involved."""
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "IMDS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    teams.registration.managed = True
    tokens = Tokens(ManagedIdentity(APP_ID, TENANT), session=teams.session())

    assert teams.registration.knows(f"Bearer {asyncio.run(tokens.bearer())}")
    assert (teams.count("identity"), teams.count("token")) == (1, 0)


@pytest.mark.parametrize(
    "credentials",
    [Secret(APP_ID, TENANT, "guess"), Secret(APP_ID, "another-tenant", SECRET), ManagedIdentity(APP_ID, TENANT)],
)
def test_why_there_is_no_token_is_said(teams: TeamsStandIn, credentials: Credentials) -> None:
    """Microsoft's own reason comes up, and the secret does not."""
    with pytest.raises(NoTokenError) as error:
        asyncio.run(Tokens(credentials, session=teams.session()).bearer())

    assert str(error.value)
    assert "guess" not in str(error.value)
