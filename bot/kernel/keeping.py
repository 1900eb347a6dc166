"""How long what people wrote is kept: 180 and 30 days, or shorter where a team chose so (product 0.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.kernel.words import plural

RETENTION = "retention"  # kind of the one fact of a team that says so
TEXTS, RAW = (180, 90, 60, 30, 14, 7), (30, 14, 7, 1)  # days a team may choose from, the longest first


@dataclass(frozen=True, slots=True)
class Keeping:
    """*texts*: days an answer with a name is kept after its check-in; *raw*: single survey answers after the close."""

    texts: int = TEXTS[0]
    raw: int = RAW[0]

    @classmethod
    def from_row(cls, row: Mapping[str, Any] | None) -> Keeping:
        """What a team chose; never longer than anybody was told, and never nothing."""
        row = row or {}
        texts, raw = int(row.get("texts", TEXTS[0])), int(row.get("raw", RAW[0]))
        return cls(min(max(texts, TEXTS[-1]), TEXTS[0]), min(max(raw, RAW[-1]), RAW[0]))

    @property
    def of_texts(self) -> timedelta:
        return timedelta(days=self.texts)

    @property
    def of_raw(self) -> timedelta:
        return timedelta(days=self.raw)

    def row(self) -> dict[str, int]:
        return {"texts": self.texts, "raw": self.raw}


LONGEST = Keeping()


def in_days(count: int) -> str:
    return plural(count, "1 day", "{n} days")
