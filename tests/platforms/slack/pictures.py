"""Draws the gallery as Slack would show it: `python -m tests.platforms.slack.pictures FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.platforms.slack import render
from tests.browser import a_browser
from tests.platforms.gallery import cards, forms
from tests.platforms.slack.wire import WIRE
from tests.standins.slack import picture
from tests.standins.slack.model import User, Workspace

NOW = datetime(2026, 3, 25, 8, 29, tzinfo=UTC)
ZONE = "Europe/Berlin"
ON_A_SHEET = 6


def main(folder: Path) -> None:
    """Write sheets of cards and of forms as PNG, one set for each activity."""
    reader = User("ULENA", "lena", Workspace("T1", "Acme", "acme"), real_name="Lena", tz=ZONE, locale="de-DE")
    reader.workspace.users.append(reader)
    drawn = list(_drawn(reader))
    folder.mkdir(parents=True, exist_ok=True)
    with a_browser() as browser:
        for activity in sorted({name.split(":")[0] for name, _ in drawn}):
            own = [part for name, part in drawn if name.split(":")[0] == activity]
            for number in range(0, len(own), ON_A_SHEET):
                page = browser.new_page(viewport={"width": 1080, "height": 400})
                page.set_content(picture.page(own[number : number + ON_A_SHEET]))
                page.screenshot(path=folder / f"{activity}-{number // ON_A_SHEET}.png", full_page=True)
                page.close()


def _drawn(reader: User) -> Iterator[tuple[str, str]]:
    for name, card in cards().items():
        parts = "".join(picture.message(part.blocks, reader, NOW, part.text) for part in WIRE.render(card))
        yield name, f"<div class='time'>{name}</div>{parts}"
    for name, form in forms().items():
        yield name, f"<div class='time'>{name}</div>{picture.view(render.view(form, ZONE), reader, NOW)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
