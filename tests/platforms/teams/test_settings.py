"""What an administrator sets for Teams: what is missing or wrong is said at the start, in their words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.__main__ import app
from bot.engine.ports import CannotStartError
from bot.platforms.teams.client.connector import Connector
from bot.platforms.teams.client.tokens import Certificate, ManagedIdentity, Secret, Tokens, credentials
from bot.serve import _teams
from bot.settings import Settings
from tests.platforms.teams.stage import TeamsStage
from tests.standins.teams import APP_ID, TENANT, TeamsStandIn
from tests.story import berlin

COMPLETE = {"MicrosoftAppId": APP_ID, "MicrosoftAppTenantId": TENANT, "MicrosoftAppPassword": SecretStr("secret")}
KEY, SHOWN = "-----BEGIN {0}-----\nMII=\n-----END {0}-----\n".format, "CERTIFICATE"


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"MicrosoftAppId": ""}, "MicrosoftAppId is not set"),
        ({"MicrosoftAppId": "my bot"}, "MicrosoftAppId is 'my bot', but an app's id looks like"),
        ({"MicrosoftAppTenantId": ""}, "App Tenant ID"),
        ({"MicrosoftAppTenantId": "mine"}, "contoso.onmicrosoft.com"),
        ({"MicrosoftAppPassword": None}, "its value, not its id"),
        ({"MicrosoftAppType": "MultiTenant"}, "closed to new bots"),
        ({"MicrosoftAppType": "Other"}, "SingleTenant or UserAssignedMSI"),
        ({"MicrosoftAppCertificate": Path("/nowhere/bot.pem")}, "/nowhere/bot.pem, cannot be read: No such file"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_the_start(change: dict[str, Any], says: str) -> None:
    """Each mistake names its setting and what it should look like; the bot does not start half."""
    given = settings(**(COMPLETE | change))
    assert given.has_teams
    with pytest.raises(CannotStartError, match=says.replace("(", r"\(")):
        _teams(None, given)  # type: ignore[arg-type]


@pytest.mark.parametrize("alone", ["MicrosoftAppPassword", "MicrosoftAppTenantId"])
def test_half_a_registration_is_no_rehearsal(alone: str) -> None:
    """Who has set anything of Teams wants Teams: they are told what is missing, not shown the rehearsal room."""
    assert settings(**{alone: COMPLETE[alone]}).has_teams
    assert not settings().has_teams


@pytest.mark.parametrize(
    ("pem", "says"),
    [
        ("not a certificate", "no private key"),
        (KEY("PRIVATE KEY"), "Add the certificate to it, or set MicrosoftAppCertificateThumbprint"),
        (b"\xff\xfe\x00", "no text in PEM form"),
    ],
)
def test_a_certificate_that_will_not_do_is_said(tmp_path: Path, pem: str | bytes, says: str) -> None:
    """A file without a key, without the certificate, or of another kind is refused with what to do."""
    file = tmp_path / "bot.pem"
    file.write_bytes(pem if isinstance(pem, bytes) else pem.encode())
    with pytest.raises(CannotStartError, match=says):
        _teams(None, settings(**(COMPLETE | {"MicrosoftAppCertificate": file})))  # type: ignore[arg-type]


def test_each_way_to_prove_who_we_are() -> None:
    """A secret, a certificate (whole, or by its thumbprint), a managed identity; a tenant by id or by domain."""
    both = KEY("PRIVATE KEY") + KEY(SHOWN)
    assert credentials(APP_ID, TENANT, "SingleTenant", secret="s") == Secret(APP_ID, TENANT, "s")
    assert isinstance(credentials(APP_ID, "contoso.onmicrosoft.com", "singletenant", pem=both), Certificate)
    assert isinstance(credentials(APP_ID, TENANT, "SingleTenant", pem=KEY("PRIVATE KEY"), thumbprint="ab"), Certificate)
    assert isinstance(credentials(APP_ID, TENANT, "UserAssignedMSI"), ManagedIdentity)


def test_a_wrong_secret_is_said_at_the_start_and_does_not_stop_it(
    teams: TeamsStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Microsoft's own words about the token stand in the log at once, not with the first message that is lost."""
    with TeamsStage(berlin("2026-03-25 09:29")) as stage:
        wrong = Connector(Tokens(Secret(APP_ID, TENANT, "wrong"), session=teams.session()), trust_env=False)
        right = stage.platform._connector
        for connector, heard in ((right, False), (wrong, True)):
            capsys.readouterr()
            stage.platform._connector = connector
            stage._run(stage.platform.start())
            stage._run(stage.platform.settled())
            logged = capsys.readouterr().out
            assert ("Microsoft gives this bot no token" in logged) is heard
            assert ("invalid_client" in logged) is heard
        stage.platform._connector = right


def test_the_package_command_says_what_it_wrote_and_what_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zip, a word about a missing page, and sentences instead of traces for a wrong folder or a missing id."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env={"MicrosoftAppId": APP_ID})
    wrote = runner.invoke(app, ["teams-package"])
    assert (wrote.exit_code, (tmp_path / "moderato-teams.zip").exists()) == (0, True)
    assert "--site" in wrote.output
    assert "--site" not in runner.invoke(app, ["teams-package", "--site", "https://intranet.example/m"]).output
    lost = runner.invoke(app, ["teams-package", "--out", str(tmp_path / "no" / "x.zip")])
    assert (lost.exit_code, "cannot be written: No such file or directory" in lost.output) == (2, True)
    unset = CliRunner(env={"MicrosoftAppId": ""}).invoke(app, ["teams-package"])
    assert (unset.exit_code, "MicrosoftAppId" in unset.output) == (2, True)
