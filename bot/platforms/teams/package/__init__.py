"""The Teams app package: a manifest from the table that routes the commands, and two icons of ours."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from bot.kernel.activity import Command
from bot.platforms.teams.parse import SAVE

NEWEST, OLDER = "1.30", "1.17"  # schemas; slash commands need 1.29, everything else is content with the older one
RELEASE = "1.1.0"  # of the package: Teams takes a changed manifest only with a higher one
ACCENT = "#2E4057"
IN_MENU = 10
ICONS = Path(__file__).parent
READING = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")
SAVING: Mapping[str, Any] = {
    "id": SAVE,
    "type": "action",
    "title": "Save to the archive",
    "description": "Keep this message, if whoever wrote it agrees",
    "context": ["message"],
    "fetchTask": True,  # the answer is a line of the bot, not a form of Teams
}
SHORT = "Hosts rounds, check-ins and guided talks, and keeps the time"
FULL = (
    "Moderato hosts live rounds, written check-ins, timed discussion guides and short pulse surveys in the channel "
    "where your team already talks. It keeps the order and the time, shares the work of hosting, and shows the team "
    "how it is doing. It does not read the channel: it knows what people press, type to it, or write in its forms. "
    "Passing is always possible."
)


def manifest(
    commands: Iterable[tuple[str, Command]],
    app_id: str,
    *,
    slash: bool = False,
    older: bool = False,
    reading: bool = False,
    site: str = "https://moderato.example",
    developer: str = "Moderato",
    release: str = RELEASE,
) -> dict[str, Any]:
    """The manifest as Teams takes it.

    *slash*: also offer the commands behind a stroke, answered for one person alone; needs the newest schema.
    *older*: write an older schema, for tenants that do not know the newest. *reading*: ask each team's owner for the
    right to receive every message. *site*: an https address that says who runs the bot, and what it keeps.
    *release*: the package's own version; Teams takes a changed package only with a higher one.
    Raises ValueError, in the operator's words, for values that no manifest can hold.
    """
    try:
        app = str(UUID(app_id))
    except ValueError:
        raise ValueError(
            f"MicrosoftAppId is the id of the bot's registration, such as {UUID(int=0x0F6B1D5E << 96)}; "
            + (f"{app_id!r} is not one." if app_id else "it is not set.")
        ) from None
    if not site.startswith("https://"):
        raise ValueError(f"--site begins with https://, not {site!r}.")
    if not 0 < len(developer) <= 32:
        raise ValueError("--developer has 1 to 32 characters.")
    if not re.fullmatch(r"\d{1,5}\.\d{1,5}\.\d{1,5}", release):
        raise ValueError(f"--release is three numbers such as 1.0.1, not {release!r}.")
    if slash and older:
        raise ValueError("--slash needs the newest schema, so it does not go with --older.")
    listed = _menu(commands)
    bot: dict[str, Any] = {
        "botId": app,
        "scopes": ["team", "groupChat", "personal"],
        "supportsFiles": True,  # a guide as a file in the personal chat; no permission goes with it
        "isNotificationOnly": False,
        "commandLists": [
            {"scopes": ["team", "groupChat"], "commands": listed},
            {"scopes": ["personal"], "commands": listed},
        ],
    }
    if slash:
        bot["supportsTargetedMessages"] = True
        bot["commandLists"][0]["triggers"] = ["mention", "slash"]
    version = OLDER if older else NEWEST
    page = site.rstrip("/")
    made: dict[str, Any] = {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{version}/MicrosoftTeams.schema.json",
        "manifestVersion": version,
        "version": release,
        "id": str(uuid5(NAMESPACE_URL, f"moderato/{app}")),
        "developer": {
            "name": developer,
            "websiteUrl": page,
            "privacyUrl": f"{page}/privacy",
            "termsOfUseUrl": f"{page}/terms",
        },
        "name": {"short": "Moderato", "full": "Moderato, a host for your team"},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [bot],
        "composeExtensions": [{"botId": app, "commands": [dict(SAVING)]}],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "validDomains": [],
    }
    if reading:
        made["webApplicationInfo"] = {"id": app}
        wanted = [{"name": name, "type": "Application"} for name in READING]
        made["authorization"] = {"permissions": {"resourceSpecific": wanted}}
    return made


def package(described: dict[str, Any]) -> bytes:
    """The zip to upload: manifest and icons at its root. The same manifest gives the same bytes."""
    out = BytesIO()
    files = {
        "manifest.json": (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode(),
        "color.png": (ICONS / "color.png").read_bytes(),
        "outline.png": (ICONS / "outline.png").read_bytes(),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _menu(commands: Iterable[tuple[str, Command]]) -> list[dict[str, str]]:
    """The ten most used, in their order; what may follow stands before what they do."""
    chosen = sorted((command for _, command in commands if command.menu), key=lambda command: command.menu)[:IN_MENU]
    return [
        {
            "title": command.words[:128],
            "description": f"{command.usage}: {command.help}" if command.usage else command.help,
        }
        for command in chosen
    ]
