"""The change between before and after, of pairs only."""

from __future__ import annotations

from fractions import Fraction

from bot.activities.pulse.cards.below import follow_line, result_buttons
from bot.activities.pulse.model import Shown
from bot.kernel.cards import (
    Buttons,
    Card,
    Text,
)
from bot.pieces.scores import NUMERIC, Effect, word_class

NO_PROOF = "There is no comparison group, so this is not proof of cause."


def pairs_row(effect: Effect, gain: float | None) -> dict[str, object]:
    """The paired effect as it is shown and kept, in the order of the report. Below ten pairs in words only."""
    most = word_class(Fraction(effect.improved, effect.n))
    row: dict[str, object] = {"pairs": effect.n, "words": effect.words, "improved": IMPROVED[most]}
    if effect.n < NUMERIC:
        return row
    return row | {
        "before": f"{effect.before:.2f}",
        "after": f"{effect.after:.2f}",
        "difference": f"{effect.difference:+.2f}",
        "higher": effect.improved,
        "same": effect.same,
        "lower": effect.lower,
        "g": "" if effect.g is None else f"{effect.g:.2f}",
        "d_z": "" if effect.d_z is None else f"{effect.d_z:.2f}",
        "gain": "" if gain is None else f"{gain:.2f}",
    }


IMPROVED = {
    "most agree": "Most are surer than before",
    "mixed": "Some are surer than before",
    "few agree": "Few are surer than before",
}


def effect_card(state: Shown, row: dict[str, object]) -> Card:
    setting = state.setting
    lines = [Text(f"{row['pairs']} people answered before and after.")]
    if "before" in row:
        lines += [
            Text(f"Mean before {row['before']}, after {row['after']}, difference {row['difference']}."),
            Text(f"Higher for {row['higher']}, the same for {row['same']}, lower for {row['lower']}."),
            Text(f"Effect size {row['g'] or 'none'}: {row['words']}."),
        ]
    else:
        lines.append(Text(f"{row['improved']}. The change, in words: {row['words']}."))
    lines += [Text(NO_PROOF), *follow_line(state)]
    return Card(f"{setting.title}: before and after"[:60], (*lines, Buttons(tuple(result_buttons(state)))))
