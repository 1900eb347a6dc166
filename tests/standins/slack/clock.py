"""A clock that only moves when a test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class HeldClock:
    """Call it for the time (aware, UTC); `pass_` moves it on."""

    def __init__(self, now: datetime = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def pass_(self, **span: float) -> datetime:
        """Move on by *span* (`seconds=`, `minutes=`, `hours=`, `days=`) and return the new time."""
        self._now += timedelta(**span)
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now
