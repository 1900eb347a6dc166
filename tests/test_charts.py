"""Charts: a picture for everybody, and nothing loaded before the first one is drawn."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.charts import COLOURS, PAPER, png
from bot.kernel.cards import Chart, Series


def chart(kind: str, labels: tuple[str, ...], *values: tuple[float | None, ...]) -> Chart:
    series = tuple(Series(f"wave {number}", one) for number, one in enumerate(values))
    return Chart(kind, "Safe to speak: $5 and_more", labels, series, "said in words")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "drawn",
    [
        chart("bars", ("a", "b"), (10.0, 90.0)),
        chart("bars", tuple(f"a statement that is rather long, number {n}" for n in range(15)), (50.0,) * 15),
        chart("lines", ("Mar 2026", "Jun 2026"), (50.0, None), (None, 70.0)),
        chart("bars", (), ()),
    ],
)
def test_a_chart_is_a_picture_of_phone_width(drawn: Chart) -> None:
    """Any chart becomes a PNG 1200 pixels wide, with long labels, gaps and signs that mean something to others."""
    raw = png(drawn)
    assert raw.startswith(b"\x89PNG")
    assert int.from_bytes(raw[16:20]) == 1200


def luminance(colour: str) -> float:
    def part(hex_digits: str) -> float:
        value = int(hex_digits, 16) / 255
        return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (part(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_first_colours_stand_out_from_the_paper() -> None:
    """Graphics need a contrast of 3 to 1; the first four colours have it, on the paper the picture brings itself."""
    for colour in COLOURS[:4]:
        assert (luminance(PAPER) + 0.05) / (luminance(colour) + 0.05) >= 3


def test_matplotlib_is_not_loaded_at_the_start() -> None:
    """Everything a start imports leaves the drawing library on the disk."""
    code = "import sys, bot.main, bot.serve, bot.charts, bot.activities; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
