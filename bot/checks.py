"""What `moderato check` says about settings and manifest: what cannot work, where, how it should look."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from pathlib import Path

import yaml
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.kernel.content import Problem
from bot.settings import Settings

ENV_FILE = Path(".env")
_Said = Callable[[str, str, str], Problem]  # setting, what is wrong, what to do
OURS = ("MODERATO_", "SLACK_", "Microsoft")
MIN_SECRET = 16  # characters


def settings(_manifest: Path, environ: Mapping[str, str]) -> list[Problem]:
    """Problems of the environment and of `.env`; the process environment wins, as it does at start."""
    lines = _env_file()
    found = {name: value for name, (_, value) in lines.items()} | dict(environ)

    def problem(name: str, what: str, remedy: str) -> Problem:
        where = lines.get(name)
        stands = ("environment", 0) if name in environ or where is None else (str(ENV_FILE), where[0])
        return Problem(*stands, f"{name} {what}", remedy)

    return [*_unknown(found, problem), *_values(found, problem), *_pairs(found, problem)]


def manifest(path: Path, _environ: Mapping[str, str]) -> list[Problem]:
    """Where the manifest asks Slack for something else than the code needs.

    Left-out shortcuts and the address of the HTTP variant are read from the file itself: they are a choice.
    """
    from bot.activities import ACTIVITIES
    from bot.engine.route import Routes
    from bot.platforms.slack.package import manifest_text

    if not path.exists():
        return [Problem(path.name, 0, "it is not there", f"Write it: moderato slack-manifest > {path.name}")]
    text = path.read_text()
    try:
        found = yaml.safe_load(text)
        commands = {one["command"].removeprefix("/") for one in found["features"]["slash_commands"]}
        address = found["settings"]["event_subscriptions"].get("request_url", "")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return [Problem(path.name, line, "this is no YAML", "Look at the indentation and the colons around here.")]
    except (KeyError, TypeError, AttributeError):
        return [
            Problem(path.name, 0, "parts of it are missing", f"Write it anew: moderato slack-manifest > {path.name}")
        ]
    table = Routes(ACTIVITIES).commands
    without = {command.words for _, command in table if command.shortcut} - commands
    wanted = manifest_text(table, url=address.removesuffix("/slack/events"), without=without).splitlines()
    for number, (is_, should) in enumerate(zip_longest(text.splitlines(), wanted, fillvalue=""), start=1):
        if is_.rstrip() != should.rstrip():
            said = f'"{is_.strip()}" is not what the code needs' if is_.strip() else "a line is missing"
            return [Problem(path.name, number, said, f'It should be: "{should.strip()}"' if should else "Take it out.")]
    return []


def _unknown(found: Mapping[str, str], problem: _Said) -> Iterable[Problem]:
    known = names()
    for name in sorted(found):
        if name.startswith(OURS) and name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.6)
            yield problem(name, "is no setting", f"Did you mean {near[0]}?" if near else "Take it out.")


def _values(found: Mapping[str, str], problem: _Said) -> Iterable[Problem]:
    url = found.get("MODERATO_DATABASE_URL", "")
    if url:
        try:
            good = make_url(url).get_backend_name() in ("sqlite", "postgresql")
        except ArgumentError:
            good = False
        if not good:
            yield problem(
                "MODERATO_DATABASE_URL",
                "is not an address of a database that Moderato can use",
                "Write sqlite:///moderato.db or postgresql://user:password@host/name.",
            )
    port = found.get("PORT", "")
    if port and not (port.isdigit() and int(port) <= 65535):
        yield problem("PORT", "is not a port number", "Write a number up to 65535, e.g. PORT=3000.")
    secret = found.get("MODERATO_SECRET_KEY", "")
    if secret and any(len(key.strip()) < MIN_SECRET for key in secret.split(",")):
        yield problem(
            "MODERATO_SECRET_KEY",
            f"holds a key shorter than {MIN_SECRET} characters",
            'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
        )
    for name, start in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")):
        value = found.get(name, "")
        if value and not value.startswith(start):
            yield problem(name, "is not a token of that kind", f"It begins with {start}. README, Install in Slack.")
    kind = found.get("MicrosoftAppType", "")
    if kind and kind not in ("SingleTenant", "UserAssignedMSI"):
        yield problem("MicrosoftAppType", f'is "{kind}"', "Write SingleTenant or UserAssignedMSI.")


def _pairs(found: Mapping[str, str], problem: _Said) -> Iterable[Problem]:
    def there(name: str) -> bool:
        return bool(found.get(name))

    if there("SLACK_BOT_TOKEN") and not (there("SLACK_APP_TOKEN") or there("SLACK_SIGNING_SECRET")):
        yield problem(
            "SLACK_BOT_TOKEN",
            "stands alone",
            "Add SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.",
        )
    for one in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"):
        if there(one) and not (there("SLACK_BOT_TOKEN") or there("SLACK_CLIENT_ID")):
            yield problem(
                one, "needs SLACK_BOT_TOKEN", "Add it for one workspace, or SLACK_CLIENT_ID for installs by OAuth."
            )
            break
    if there("SLACK_CLIENT_ID"):
        for other in ("SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "MODERATO_SECRET_KEY"):
            if not there(other):
                yield problem("SLACK_CLIENT_ID", f"needs {other}", f"Add {other}; README, Install in Slack.")
    if there("MicrosoftAppId") and found.get("MicrosoftAppType", "SingleTenant") == "SingleTenant":
        if not there("MicrosoftAppPassword") and not there("MicrosoftAppCertificate"):
            yield problem("MicrosoftAppId", "needs MicrosoftAppPassword", "Add it; README, Install in Teams.")
        if not there("MicrosoftAppTenantId"):
            yield problem("MicrosoftAppId", "needs MicrosoftAppTenantId", "Add it; README, Install in Teams.")


def names() -> frozenset[str]:
    """Every setting there is, by its name in the environment."""
    found: set[str] = set()
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        choices = getattr(alias, "choices", None) or [alias]
        found.update(str(choice) for choice in choices)
    return frozenset(found)


def _env_file() -> dict[str, tuple[int, str]]:
    if not ENV_FILE.exists():
        return {}
    found = {}
    for number, line in enumerate(ENV_FILE.read_text().splitlines(), start=1):
        name, mark, value = line.strip().removeprefix("export ").partition("=")
        if mark and not name.startswith("#"):
            found[name.strip()] = (number, value.strip().strip("\"'"))
    return found
