"""What stands under every result: what follows from it, and where to go on."""

from __future__ import annotations

from bot.activities.pulse.model import Shown
from bot.kernel.cards import (
    Action,
    Button,
    Text,
)
from bot.kernel.ids import NO_SESSION
from bot.kernel.words import when, who


def follow_line(state: Shown) -> list[Text]:
    setting = state.setting
    if not setting.owed:
        return []
    if state.follows:
        return [Text(f"What follows: {state.follows}")]
    if state.respond_by is None:
        return []
    name = who(setting.starter) if setting.starter is not None else f"Whoever looks after {setting.label}"
    return [Text(f"What follows? {name} writes it here by {when(state.respond_by, 'date')}.")]


def result_buttons(state: Shown) -> list[Button]:
    setting = state.setting
    row: list[Button] = []
    if setting.guide:
        row.append(Button("Talk about it", Action("say", NO_SESSION, "type", f"guide show {setting.guide}")))
    row.append(Button("More detail", Action("pulse", setting.id, "detail")))
    if setting.readers == "team":
        row.append(Button("Keep this", Action("pulse", setting.id, "keep")))
    if setting.owed and not state.follows:
        row.append(Button("Write what follows", Action("pulse", setting.id, "follow"), asks=True))
    return row
