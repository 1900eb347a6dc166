"""Being connected: installing, uninstalling, sockets that break, settings that are wrong, a bot that was away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from bot.engine.ports import CannotStartError, Installed
from bot.kernel.ids import Place
from bot.platforms.slack.app import Watch
from bot.platforms.slack.app.socket import DOWN, SILENT
from bot.platforms.slack.client import OneWorkspace
from bot.settings import Settings, derived
from storage.database import Connections
from storage.installs import SealedInstalls, UnreadableError
from storage.migrations import upgrade
from tests.platforms.slack.conftest import NOW
from tests.platforms.slack.town import Town
from tests.standins.slack import Held, Says
from tests.story import CAST

pytestmark = pytest.mark.anyio

KEY, OTHER = derived(b"a long random text", "slack tokens"), derived(b"another one", "slack tokens")


@asynccontextmanager
async def by_oauth() -> AsyncIterator[Town]:
    """A bot that has no token of its own and keeps what installs bring in its database."""
    here = Town(NOW, CAST, owner="Lena", transport="http")
    connections = Connections("sqlite://")
    upgrade(connections)
    here.installs = SealedInstalls(connections, [KEY])
    here.work.install = None
    try:
        await here.slack.__aenter__()
        await here.start()
        yield here
    finally:
        await here.close()
        connections.close()


# --- OAuth ----------------------------------------------------------------------------------------------


async def test_two_workspaces_install_and_work() -> None:
    """Consent in two workspaces gives two tokens, and in each the bot answers with its own."""
    async with by_oauth() as here:
        other = here.slack.workspace("Other <Co>")
        eve = here.slack.user(other, "eve")
        adam = here.slack.user(other, "adam")
        pit = here.slack.channel(other, "pit", [eve, adam])
        status, page = await here.slack.install(here.owner, f"{here.address}/slack/install")
        assert (status, "Moderato is in Acme" in page) == (200, True)
        status, page = await here.slack.install(eve, f"{here.address}/slack/install")
        assert status == 200
        assert "Other &lt;Co&gt;" in page
        for user, channel in ((here.owner, here.bridge), (eve, pit)):
            await here.slack.join(user.workspace.bot, channel, by=user)
            await here.slack.slash(user, channel, "/moderato round")
            await here.settle()
            assert "Who is here for a round?" in here.slack.timeline(user, channel)[-1].text

        assert here.slack.complaints == []


async def test_an_install_needs_the_same_browser_and_a_fresh_state() -> None:
    """A made-up, missing, old or used state installs nothing, and neither does a person who says no."""
    async with by_oauth() as here:
        url = f"{here.address}/slack/install"
        assert (await here.slack.install(here.owner, url, deny=True))[0] == 403
        assert (await here.slack.install(here.owner, url, break_state=True))[0] == 400
        import aiohttp

        async with aiohttp.ClientSession() as stranger:
            async with stranger.get(url, allow_redirects=False) as first:
                state = first.headers["Location"].split("state=")[1]
            back = f"{here.address}/slack/oauth_redirect?code=x&state={state}"
            async with aiohttp.ClientSession() as another, another.get(back) as page:
                assert page.status == 400
        assert here.work.install is None
        here.slack.faults.next("oauth.v2.access", Says(error="invalid_code"))
        status, page_text = await here.slack.install(here.owner, url)
        assert status == 502
        assert "invalid_code" not in page_text


async def test_an_uninstall_stops_everything_there_and_nothing_elsewhere() -> None:
    """After an uninstall nothing is sent into that workspace any more; the other goes on; a new install starts anew."""
    async with by_oauth() as here:
        other = here.slack.workspace("Other")
        eve, adam = here.slack.user(other, "eve"), here.slack.user(other, "adam")
        pit = here.slack.channel(other, "pit", [eve, adam])
        for user, channel in ((here.owner, here.bridge), (eve, pit)):
            await here.slack.install(user, f"{here.address}/slack/install")
            await here.slack.join(user.workspace.bot, channel, by=user)
            await here.slack.slash(user, channel, "/moderato round")
        await here.settle()
        await here.slack.uninstall(here.work)
        await here.until(here.clock() + timedelta(hours=1))
        assert await here.installs.find(here.work.id) is None
        assert [place.channel for place in await here.bot.places("slack")] == [pit.id]
        assert here.slack.rates.refused == 0

        await here.slack.install(here.owner, f"{here.address}/slack/install")
        await here.slack.join(here.work.bot, here.slack.channel(here.work, "new", [here.owner, *here.people.values()]))
        channel = here.work.channels[-1]
        await here.slack.slash(here.people["Tomas"], channel, "/moderato round")
        await here.settle()
        await here.slack.sees(here.people["Tomas"], channel, "Who is here")


async def test_a_late_uninstall_does_not_undo_a_new_install() -> None:
    """If the app was installed again meanwhile, an uninstall that arrives late changes nothing."""
    async with by_oauth() as here:
        await here.slack.install(here.owner, f"{here.address}/slack/install")
        await here.slack.join(here.work.bot, here.bridge, by=here.owner)
        await here.settle()
        await here.slack._emit(here.work, "app_uninstalled", {"type": "app_uninstalled"})
        await here.settle()

        assert await here.installs.find(here.work.id) is not None
        assert await here.bot.knows(Place("slack", here.work.id, here.bridge.id))


async def test_revoked_tokens_stop_the_workspace() -> None:
    """A revoked bot token is an uninstall; a revoked token of a person is not."""
    async with by_oauth() as here:
        await here.slack.install(here.owner, f"{here.address}/slack/install")
        await here.slack.join(here.work.bot, here.bridge, by=here.owner)
        await here.settle()
        tokens = {"type": "tokens_revoked", "tokens": {"oauth": [here.owner.id], "bot": []}}
        await here.slack._emit(here.work, "tokens_revoked", tokens)
        assert len(await here.bot.places("slack")) == 1
        await here.slack.revoke(here.work)
        await here.settle()

        assert await here.bot.places("slack") == ()


async def test_a_token_that_dies_unannounced_stops_the_workspace() -> None:
    """Without any event, the first refused call stops what runs there, and the log says so without the token."""
    async with by_oauth() as here:
        await here.slack.install(here.owner, f"{here.address}/slack/install")
        await here.slack.join(here.work.bot, here.bridge, by=here.owner)
        await here.slack.slash(here.people["Tomas"], here.bridge, "/moderato round")
        await here.settle()
        assert here.work.install is not None
        here.work.install.state = "revoked"
        with capture_logs() as logged:
            await here.until(here.clock() + timedelta(hours=1))

        assert await here.bot.places("slack") == ()
        told = [line for line in logged if "schedules stop" in line["event"]]
        assert [(line["log_level"], line["workspace"], line["error"]) for line in told][:1] == [
            ("error", here.work.id, "token_revoked")
        ]
        assert here.work.install.token not in str(logged)


async def test_what_was_lost_with_a_token_goes_on_with_a_new_one() -> None:
    """After a token was revoked and the app installed again, teams where the bot still is go on by themselves."""
    async with by_oauth() as here:
        await here.slack.install(here.owner, f"{here.address}/slack/install")
        await here.slack.join(here.work.bot, here.bridge, by=here.owner)
        await here.settle()
        await here.slack.revoke(here.work)
        await here.settle()
        assert await here.bot.places("slack") == ()
        await here.slack.install(here.owner, f"{here.address}/slack/install")
        await here.settle()

        assert [place.channel for place in await here.bot.places("slack")] == [here.bridge.id]


async def test_a_new_token_in_the_settings_finds_the_teams_again(bridge_town: Town) -> None:
    """With SLACK_BOT_TOKEN replaced and the bot started again, its teams go on without anybody typing anything."""
    await bridge_town.slack.revoke(bridge_town.work)
    await bridge_town.settle()
    assert await bridge_town.bot.places("slack") == ()
    await bridge_town.stop()
    bridge_town.install = bridge_town.slack.installed(bridge_town.work, by=bridge_town.owner)
    bridge_town.installs = OneWorkspace(bridge_town.install.token)
    await bridge_town.start()
    await bridge_town.settle()

    assert [place.channel for place in await bridge_town.bot.places("slack")] == [bridge_town.bridge.id]


async def test_a_process_learns_of_a_token_another_one_was_given(connections: Connections) -> None:
    """Of two processes the one that did not serve the install uses the new token at its next call; nothing is lost."""
    here = Town(NOW, CAST, owner="Lena", transport="http")
    one, two = SealedInstalls(connections, [KEY]), SealedInstalls(connections, [KEY])
    known = Installed(here.work.id, here.install.token, here.install.bot.id, here.install.bot.bot_id)
    await one.save(known)
    await two.find(here.work.id)
    here.installs = two
    await here.open()
    try:
        here.install.state = "revoked"
        fresh = here.slack.installed(here.work, by=here.owner)
        await one.save(replace(known, token=fresh.token))
        await here.slack.slash(here.people["Tomas"], here.bridge, "/moderato round")
        await here.settle()
        await here.slack.sees(here.people["Jo"], here.bridge, "Who is here for a round?")
    finally:
        await here.close()
        connections.close()


# --- sealed tokens --------------------------------------------------------------------------------------


@pytest.fixture
def connections(tmp_path: Path) -> Connections:
    made = Connections(f"sqlite:///{tmp_path / 'installs.db'}")
    upgrade(made)
    return made


async def test_tokens_cannot_be_read_in_the_database(connections: Connections, tmp_path: Path) -> None:
    """What is in the file is sealed; with the key it is what it was."""
    store = SealedInstalls(connections, [KEY])
    install = Installed("T1", "xoxb-very-secret", "U1", "B1", "E1", "Acme", ("chat:write",), whole=True)
    await store.save(install)
    again = SealedInstalls(connections, [KEY])

    assert await again.find("T1") == install
    assert await again.find("T2") is None
    assert "very-secret" not in repr(install)
    connections.close()
    assert all(b"very-secret" not in file.read_bytes() for file in tmp_path.iterdir())  # noqa: ASYNC240


async def test_keys_rotate(connections: Connections) -> None:
    """With the new key first and the old one after it everything is sealed anew, and the old key can go."""
    await SealedInstalls(connections, [KEY]).save(Installed("T1", "xoxb-1"))
    both = SealedInstalls(connections, [OTHER, KEY])
    assert both.reseal() == 1
    alone = SealedInstalls(connections, [OTHER])
    found = await alone.find("T1")

    assert found is not None
    assert found.token == "xoxb-1"
    with pytest.raises(UnreadableError, match="Add the old key"):
        await SealedInstalls(connections, [KEY]).find("T1")
    with pytest.raises(UnreadableError):
        SealedInstalls(connections, [KEY]).reseal()
    assert len(Fernet.generate_key()) == 44
    connections.close()


async def test_a_whole_organisation_is_forgotten_at_once(connections: Connections) -> None:
    """Dropping an organisation's installation drops every workspace its token served, and no other."""
    store = SealedInstalls(connections, [KEY])
    for workspace, enterprise, whole in (("E1", "E1", True), ("T1", "E1", True), ("T2", "", False)):
        await store.save(Installed(workspace, "xoxb-1", enterprise=enterprise, whole=whole))
    await store.drop("E1")

    assert [await store.find(name) is not None for name in ("E1", "T1", "T2")] == [False, False, True]
    connections.close()


# --- starting -------------------------------------------------------------------------------------------


def settings(**given: Any) -> Settings:
    return Settings(**({"_env_file": None} | given))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"slack_client_id": "1.2", "slack_signing_secret": "s"}, "MODERATO_SECRET_KEY is missing"),
        ({"slack_bot_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"slack_app_token": "xapp-1"}, "SLACK_BOT_TOKEN is missing"),
        ({"slack_signing_secret": "s"}, "SLACK_BOT_TOKEN is missing"),
        ({"slack_bot_token": "", "slack_app_token": "xapp-1"}, "SLACK_BOT_TOKEN is missing"),
        (
            {"slack_client_id": "1.2", "secret_key": "k" * 20, "slack_signing_secret": "s"},
            "SLACK_CLIENT_SECRET is missing",
        ),
    ],
)
def test_it_does_not_start_with_half_of_the_settings(given: dict[str, Any], words: str) -> None:
    """A setting that is missing is named, with where to find it."""
    from bot.main import Bot
    from bot.serve import _slack

    bot = Bot("sqlite://", pepper=b"p")
    assert settings(**given).has_slack  # and so does not open the rehearsal room as if nothing were set
    with pytest.raises(CannotStartError, match=words):
        _slack(bot, settings(**given))
    bot.close()


async def test_missing_scopes_are_named_at_the_start(bridge_town: Town) -> None:
    """An app that was installed with fewer scopes than it needs is told by name, with what each is for."""
    await bridge_town.stop()
    bridge_town.install.scopes -= {"groups:read", "files:write"}
    with capture_logs() as logged:
        await bridge_town.start()
    (told,) = [line for line in logged if "lacks scopes" in line["event"]]

    assert set(told["scopes"]) == {"groups:read", "files:write"}
    assert "private channel" in told["scopes"]["groups:read"]
    assert "reinstall" in told["event"]


@pytest.mark.parametrize(("setting", "error"), [("bot", "invalid_auth"), ("app", "invalid_auth")])
async def test_a_wrong_token_is_told_at_the_start(setting: str, error: str) -> None:
    """A token that Slack refuses ends the start with the name of the setting."""
    here = Town(NOW, CAST, owner="Lena")
    await here.slack.__aenter__()
    if setting == "bot":
        here.install.state = "revoked"
        here.slack.world.tokens.clear()
    else:
        here.slack.app.app_tokens.clear()
    with pytest.raises(CannotStartError, match=f"SLACK_{setting.upper()}_TOKEN \\({error}\\)"):
        await here.start()
    await here.platform.stop()
    await here.slack.__aexit__(None, None, None)
    here.bot.close()


async def test_slack_being_away_does_not_end_the_start() -> None:
    """If Slack cannot be reached when the bot starts, it starts, and learns who it is a little later."""
    here = Town(NOW, CAST, owner="Lena", transport="http")
    await here.slack.__aenter__()
    here.slack.faults.next("auth.test", Says(error="internal_error"))
    await here.start()
    await here.slack.join(here.install.bot, here.bridge, by=here.owner)
    await here.settle()
    found = await here.installs.find(here.work.id)

    assert found is not None
    assert found.bot_user == here.install.bot.id
    await here.close()


async def test_a_start_does_not_wait_for_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """While no socket can be had, the start is over soon, so that everything else runs; the socket comes later."""
    monkeypatch.setattr("bot.platforms.slack.app.socket.FIRST_TRY", 0.05)
    here = Town(NOW, CAST, owner="Lena")
    await here.slack.__aenter__()
    held = Held()
    here.slack.faults.next("apps.connections.open", Says(error="internal_error"), held)
    connected = here.slack.connected

    async def not_yet() -> None:
        return None

    here.slack.connected = not_yet  # type: ignore[method-assign,assignment]
    await here.start()
    assert here.platform.socket is not None
    assert here.slack.wire.sockets == []
    assert await here.platform.socket.look() == ""  # it is on its way; nobody else has to try
    held.release()
    await connected()
    await here.slack.join(here.install.bot, here.bridge, by=here.owner)
    await here.settle()

    assert await here.bot.knows(Place("slack", here.work.id, here.bridge.id))
    await here.close()


# --- the socket -----------------------------------------------------------------------------------------


def test_the_watchdog_knows_deaf_from_quiet() -> None:
    """Down for half a minute or silent for ten: renew, once; otherwise leave it alone."""
    watch = Watch(0.0)
    assert watch.verdict(10, connected=True) == ""
    assert watch.verdict(10 + DOWN - 1, connected=False) == ""
    assert "down" in watch.verdict(10 + DOWN, connected=False)
    assert watch.verdict(12 + DOWN, connected=False) == ""
    watch.hears(100)
    assert watch.verdict(100 + SILENT - 1, connected=True) == ""
    assert "silent" in watch.verdict(100 + SILENT, connected=True)
    assert watch.verdict(101 + SILENT, connected=True) == ""


async def test_a_deaf_socket_is_replaced(bridge_town: Town) -> None:
    """A socket through which nothing comes any more is replaced, and what is typed then arrives."""
    socket = bridge_town.platform.socket
    assert socket is not None
    bridge_town.slack.deafen()
    moment = socket._clock() + SILENT + 1
    socket._clock = lambda: moment
    assert "silent" in await socket.look()
    await bridge_town.slack.world.until(
        lambda: [s for s in bridge_town.slack.wire.sockets if not s.deaf], "a socket that hears"
    )
    bridge_town.slack.wire.sockets[:] = [s for s in bridge_town.slack.wire.sockets if not s.deaf]
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato help")

    assert "What I can do" in bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[-1].text


async def test_slack_renewing_the_socket_loses_nothing(bridge_town: Town) -> None:
    """Slack's hourly renewal of the connection goes unnoticed."""
    await bridge_town.slack.refresh_sockets()
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato help")

    assert len(bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)) == 1
    assert bridge_town.slack.trouble(bridge_town.owner) == []


async def test_what_happened_meanwhile_is_caught_up(bridge_town: Town) -> None:
    """After a stop, those who came and went and a new name are known without an event."""
    maya = bridge_town.people["Maya"]
    await bridge_town.stop()
    bridge_town.bridge.members.remove(maya)
    bridge_town.people["Jo"].display_name = "Jolanda"
    nora = bridge_town.slack.user(bridge_town.work, "nora", real_name="Nora")
    bridge_town.bridge.members.append(nora)
    await bridge_town.start()
    await bridge_town.settle()
    with bridge_town.bot.connections.transaction() as db:
        here = {row[0] for row in db.rows("SELECT person FROM membership WHERE gone IS NULL")}
        jo = db.row("SELECT name FROM member WHERE person = 'UJO'")

    assert nora.id in here
    assert maya.id not in here
    assert jo == ("Jolanda",)


# --- Enterprise organisations ---------------------------------------------------------------------------


async def test_a_workspace_of_an_organisation_works() -> None:
    """Ids that begin with W and payloads that name an organisation change nothing for people."""
    here = Town(NOW, CAST, owner="Lena", transport="http", enterprise="E1")
    await here.open()
    try:
        await here.slack.slash(here.people["Tomas"], here.bridge, "/moderato round with @maya")
        await here.settle()
        card = here.slack.timeline(here.owner, here.bridge)[-1]
        await here.slack.press(here.people["Ines"], card, "I'm in")
        await here.settle()

        assert "In so far: Ines." in here.slack.timeline(here.owner, here.bridge)[-1].text
        assert here.people["Ines"].id.startswith("W")
    finally:
        await here.close()


async def test_an_organisation_that_uninstalls_stops_in_all_its_workspaces(connections: Connections) -> None:
    """One installation served two workspaces of an organisation; when it goes, both stop, and a third goes on."""
    here = Town(NOW, CAST, owner="Lena", transport="http", enterprise="E1")
    store = SealedInstalls(connections, [KEY])
    here.install.whole = True
    sister = here.slack.workspace("Sister", enterprise="E1")
    other = here.slack.workspace("Other")
    towns = [(here.work, here.owner, here.bridge)]
    for workspace in (sister, other):
        eve = here.slack.user(workspace, "eve")
        towns.append((workspace, eve, here.slack.channel(workspace, "pit", [eve, here.slack.user(workspace, "adam")])))
        here.slack.installed(workspace, by=eve)
    for workspace, _, _ in towns:
        install = workspace.install
        assert install is not None
        whole = workspace.enterprise == "E1"
        await store.save(
            Installed(
                workspace.id, install.token, install.bot.id, install.bot.bot_id, workspace.enterprise, whole=whole
            )
        )
    here.installs = store
    await here.open()
    try:
        for workspace, user, channel in towns[1:]:
            await here.slack.join(workspace.bot, channel, by=user)
        await here.settle()
        assert len(await here.bot.places("slack")) == 3
        await here.slack.uninstall(here.work)
        await here.settle()

        assert [place.workspace for place in await here.bot.places("slack")] == [other.id]
        assert await store.find(sister.id) is None
    finally:
        await here.close()
        connections.close()


async def test_a_token_for_a_whole_organisation_serves_its_workspaces(connections: Connections) -> None:
    """The first payload of a workspace finds the organisation's token, and messages find it from then on."""
    here = Town(NOW, CAST, owner="Lena", transport="http", enterprise="E1")
    store = SealedInstalls(connections, [KEY])
    await store.save(
        Installed("E1", here.install.token, here.install.bot.id, here.install.bot.bot_id, "E1", "Acme", whole=True)
    )
    here.installs = store
    await here.open()
    try:
        await here.slack.slash(here.people["Tomas"], here.bridge, "/moderato round")
        await here.settle()
        await here.slack.sees(here.people["Jo"], here.bridge, "Who is here for a round?")
        assert await store.find(here.work.id) is not None
    finally:
        await here.close()
        connections.close()
