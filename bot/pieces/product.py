"""What is said about the thing a team makes together: when something last went in, and whether it stands still."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.kernel.words import when

STILL = timedelta(weeks=6)


def stands_still(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether nothing has gone into it for more than six weeks. *row*: the kept fact `product`."""
    at = _updated(row)
    return at is not None and now - at > STILL


def product_line(row: Mapping[str, Any], now: datetime) -> str:
    """One sentence or two; empty where the row is from something that has no name."""
    at, title, last = _updated(row), str(row.get("title") or ""), str(row.get("last") or "")
    if at is None or not title:
        return ""
    if stands_still(row, now):
        return f"{title}: nothing went in for {(now - at).days // 7} weeks. Is it still what we make?"
    return (
        f"{title}: {last.rstrip('.')} went in {when(at, 'date')}."
        if last
        else f"{title}: new since {when(at, 'date')}."
    )


def _updated(row: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(row.get("updated") or ""))
    except ValueError:
        return None
