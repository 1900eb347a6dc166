"""Charts as pictures small enough to travel inside a card: Teams has nowhere else to put them."""

from __future__ import annotations

import asyncio
import base64
from collections import OrderedDict
from io import BytesIO

import structlog

from bot.charts import png
from bot.kernel.cards import Card, Chart
from bot.logs import fault

log = structlog.get_logger("moderato.teams")

SIZES = ((800, 400), (600, 300))  # pixels; the first that is small enough
COLOURS = 16
MOST_BYTES = 12 * 1024  # of one picture; what is larger is shown as a table
KEPT = 50  # pictures remembered: a card is edited more often than its figures change


class Pictures:
    """Draws each chart once, away from the event loop."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[Chart, str] = OrderedDict()

    async def of(self, card: Card) -> dict[Chart, str]:
        """The card's charts as data addresses. A chart that is missing here says its figures in a table."""
        found = {}
        for block in card.blocks:
            if isinstance(block, Chart):
                address = await self._address(block)
                if address:
                    found[block] = address
        return found

    async def _address(self, chart: Chart) -> str:
        if chart not in self._drawn:
            try:
                drawn = await asyncio.to_thread(address_of, chart)
            except Exception as error:  # a message without its picture is better than no message
                log.error("a chart could not be drawn; its figures are shown", **fault(error))
                return ""
            self._drawn[chart] = drawn
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        return self._drawn[chart]


def address_of(chart: Chart) -> str:
    """The chart as an address that holds its own picture; empty if that is too large."""
    picture = small(chart)
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}" if picture else ""


def small(chart: Chart) -> bytes:
    """The chart as a PNG of sixteen colours, a fifth of what it is drawn with; empty if that is still too large."""
    from PIL import Image

    with Image.open(BytesIO(png(chart))) as drawn:
        whole = drawn.convert("RGB")
    for size in SIZES:
        out = BytesIO()
        picture = whole.resize(size, Image.Resampling.BOX).quantize(COLOURS, dither=Image.Dither.NONE)
        picture.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    return b""
