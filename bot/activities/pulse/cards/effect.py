"""The change between before and after, of pairs only, and each level of a programme as one line."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from bot.activities.pulse.cards.below import follow_line, result_buttons
from bot.activities.pulse.model import Setting, Shown
from bot.kernel.cards import Buttons, Card, Text
from bot.kernel.words import plural
from bot.pieces.metrics import Share
from bot.pieces.results import Results
from bot.pieces.scores import NUMERIC, Effect, capped_percent, clipped, normalised_gain, word_class

NO_PROOF = "There is no comparison group, so this is not proof of cause."
IMPROVED = {
    "most agree": "Most are surer than before",
    "mixed": "Some are surer than before",
    "few agree": "Few are surer than before",
}
NEARLY_ALL = Fraction(9, 10)


def pairs_row(effect: Effect, top: int, late: int = 0) -> dict[str, object]:
    """The paired effect as it is shown and kept, in the order of the report. Below ten pairs in words only.

    What would tell that all answered alike is told no more exactly than that nearly all did.
    """
    most = word_class(Fraction(effect.improved, effect.n))
    row: dict[str, object] = {"pairs": effect.n, "words": effect.words, "improved": IMPROVED[most]}
    if late:
        row["late"] = late
    if effect.g is None:
        row["words"] = ("large" if effect.difference else "none to speak of") + " (indication)" * (effect.n < 20)
    if effect.n < NUMERIC:
        return row
    before, after = clipped(effect.before, top), clipped(effect.after, top)
    gain = normalised_gain(before, after, top)
    counts: dict[str, object] = {"higher": effect.improved, "same": effect.same, "lower": effect.lower}
    if max(effect.improved, effect.same, effect.lower) > NEARLY_ALL * effect.n:
        counts = {name: "nearly all" if count == max(counts.values()) else "few" for name, count in counts.items()}  # type: ignore[type-var]
    return row | {
        "before": f"{before:.2f}",
        "after": f"{after:.2f}",
        "difference": f"{after - before:+.2f}",
        **counts,
        "g": "" if effect.g is None else f"{effect.g:.2f}",
        "d_z": "" if effect.d_z is None else f"{effect.d_z:.2f}",
        "gain": "" if gain is None else f"{gain:.2f}",
    }


def effect_card(state: Shown, row: dict[str, object]) -> Card:
    setting = state.setting
    lines = [Text(f"{row['pairs']} people answered before and after.")]
    if row.get("late"):
        once = "For one of them, before was answered when the programme had begun."
        more = "For {n} of them, before was answered when the programme had begun."
        lines.append(Text(plural(int(str(row["late"])), once, more)))
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


def level_line(setting: Setting, content: Mapping[str, Any] | None) -> str:
    """What one level of a programme has shown, with the number it is counted over."""
    if content is None:
        things = "pairs" if setting.linked else "people"
        return f"fewer than {setting.minimum} {things}, so nothing is shown and nothing is kept"
    if "pairs" in content:
        row = content["pairs"]
        size = f"g {row['g']}, {row['words']}" if row.get("g") else str(row["words"])
        return f"{row['pairs']} pairs. {row['improved']}; the change is {size}. {NO_PROOF}"
    results = Results.from_row(content["results"])
    n = f"{results.n} people answered"
    if setting.level == "application":
        return f"{n}. Used something new: {_used(results, content['rate'])}"
    said = [f"{line.title}: {line.percent or line.says}" for line in results.indices if line.says]
    said = said or [f"{line.title}: {line.percent or line.says}" for line in results.statements if line.says]
    told = "; ".join(said).removeprefix(f"{setting.level.capitalize()}: ")  # the line begins with the level's name
    return f"{n}. {told[:1].upper()}{told[1:]}"


def _used(results: Results, rate: list[int]) -> str:
    """Metrics 6.20: of those who answered and, stricter, of those who were asked. Below ten answers in words."""
    line = next((line for line in results.statements if line.id == "used"), None)
    if line is None or not line.says:
        return "too few answered this part"
    if line.points is None:
        return line.says
    stricter = Share(round(line.points * results.n / 100), rate[1]).value
    of_all = f", {capped_percent(stricter)} of {rate[1]} asked" if stricter is not None else ""
    return f"{line.percent} of those who answered{of_all}"
