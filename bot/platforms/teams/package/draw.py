"""Draws the two icons: a round of seven, and whoever has the floor. Run it to write them anew."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

Colour = tuple[int, int, int]

GROUND: Colour = (0x2E, 0x40, 0x57)
SEAT: Colour = (0xE8, 0xEE, 0xF4)
FLOOR: Colour = (0xF2, 0xB1, 0x34)
WHITE: Colour = (255, 255, 255)
PEOPLE = 7


def color() -> bytes:
    """192 by 192, on a ground, everything within the middle 120 that Teams never cuts."""
    return _icon(192, radius=44.0, seat=9.5, floor=15.0, seats=SEAT, speaker=FLOOR, ground=GROUND)


def outline() -> bytes:
    """32 by 32, white on nothing."""
    return _icon(32, radius=11.2, seat=2.1, floor=3.6, seats=WHITE, speaker=WHITE, ground=None)


def _icon(
    size: int, *, radius: float, seat: float, floor: float, seats: Colour, speaker: Colour, ground: Colour | None
) -> bytes:
    middle = size / 2
    dots = [
        (
            middle + radius * math.sin(2 * math.pi * n / PEOPLE),
            middle - radius * math.cos(2 * math.pi * n / PEOPLE),
            seat if n else floor,
            seats if n else speaker,
        )
        for n in range(PEOPLE)
    ]
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # no filter
        for x in range(size):
            rows += bytes(_pixel(x + 0.5, y + 0.5, dots, ground))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = _part(b"IHDR", head), _part(b"IDAT", zlib.compress(bytes(rows), 9)), _part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _pixel(
    x: float, y: float, dots: list[tuple[float, float, float, Colour]], ground: Colour | None
) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity; edges are smoothed over one pixel."""
    for at_x, at_y, size, colour in dots:
        cover = min(1.0, max(0.0, size - math.hypot(x - at_x, y - at_y) + 0.5))
        if cover:
            if ground is None:
                return (*colour, round(255 * cover))
            red, green, blue = (round(c * cover + g * (1 - cover)) for c, g in zip(colour, ground, strict=True))
            return red, green, blue, 255
    return (*ground, 255) if ground else (255, 255, 255, 0)


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    """Write both icons beside this file."""
    here = Path(__file__).parent
    (here / "color.png").write_bytes(color())
    (here / "outline.png").write_bytes(outline())


if __name__ == "__main__":
    main()
