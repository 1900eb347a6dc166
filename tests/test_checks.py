"""`moderato check`: what is wrong with the settings, in an administrator's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import checks

NOWHERE = Path("manifest.yml")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(environ: dict[str, str]) -> list[str]:
    return [str(problem) for problem in checks.settings(NOWHERE, environ)]


def test_nothing_set_is_fine() -> None:
    """A bot without any setting opens the rehearsal room, so nothing is wrong."""
    assert said({"PATH": "/bin"}) == []


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        (
            {"MODERATO_DATABASE_ULR": "sqlite://"},
            "MODERATO_DATABASE_ULR is no setting. Did you mean MODERATO_DATABASE_URL?",
        ),
        ({"MODERATO_DATABASE_URL": "mysql://x"}, "Write sqlite:///moderato.db or postgresql://"),
        ({"PORT": "http"}, "PORT is not a port number"),
        ({"MODERATO_SECRET_KEY": "short"}, "shorter than 16 characters"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN stands alone"),
        ({"SLACK_BOT_TOKEN": "abc", "SLACK_APP_TOKEN": "xapp-1"}, "It begins with xoxb-"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_ID needs MODERATO_SECRET_KEY"),
        ({"MicrosoftAppId": "a"}, "MicrosoftAppId needs MicrosoftAppTenantId"),
        ({"MicrosoftAppType": "MultiTenant"}, "Write SingleTenant or UserAssignedMSI"),
    ],
)
def test_each_mistake_gets_its_sentence(environ: dict[str, str], words: str) -> None:
    """Each setting that cannot work is named, with what to write instead."""
    assert any(words in line for line in said(environ))


def test_a_line_of_the_env_file_is_named() -> None:
    """What stands in .env is reported with its line; what the environment sets is not blamed on it."""
    Path(".env").write_text("# settings\nPORT=http\n")

    assert said({}) == [".env line 2: PORT is not a port number. Write a number up to 65535, e.g. PORT=3000."]
    assert said({"PORT": "3000"}) == []


def test_no_secret_is_repeated() -> None:
    """A secret that cannot be used does not appear in what is printed about it."""
    lines = said({"SLACK_BOT_TOKEN": "sesame-open", "MODERATO_SECRET_KEY": "hush"})
    assert lines
    assert not any("sesame" in line or "hush" in line for line in lines)


SHIPPED = Path(__file__).parent.parent / "manifest.yml"


def manifest_said(text: str) -> list[str]:
    Path("manifest.yml").write_text(text)
    return [str(problem) for problem in checks.manifest(Path("manifest.yml"), {})]


def test_the_shipped_manifest_is_fine() -> None:
    """The manifest that ships asks for exactly what the code needs, also with a shortcut left out on purpose."""
    from bot.activities import ACTIVITIES
    from bot.engine.route import Routes
    from bot.platforms.slack.package import manifest_text

    assert manifest_said(SHIPPED.read_text()) == []
    assert manifest_said(manifest_text(Routes(ACTIVITIES).commands, url="https://b.example", without=["/round"])) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("  - chat:write\n", "", 'It should be: "- chat:write"'),
        ("name: Moderato", "name: Huddle", 'is not what the code needs. It should be: "name: Moderato"'),
        ("features:", "features: [", "this is no YAML"),
        ("features:", "feature:", "parts of it are missing"),
    ],
)
def test_a_spoilt_manifest_is_told_by_its_line(before: str, after: str, words: str) -> None:
    """What differs from the code is named with its line and what should stand there."""
    text = SHIPPED.read_text()
    assert before in text
    said = manifest_said(text.replace(before, after, 1))
    assert len(said) == 1
    assert words in said[0]


def test_a_missing_manifest_is_said() -> None:
    """Without the file, the command that writes it is named."""
    assert "moderato slack-manifest > manifest.yml" in str(checks.manifest(Path("manifest.yml"), {})[0])
