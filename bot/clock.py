"""The clock: the only place that knows what time it is. Everything else is given a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

Clock = Callable[[], datetime]


def wall() -> datetime:
    """The moment it is, in UTC."""
    return datetime.now(UTC)


class SteeredClock:
    """A clock that starts at a moment of our choosing and runs at a speed of our choosing; 0 holds it.

    *real* gives seconds that never go back (`time.monotonic`); tests pass their own.
    """

    def __init__(self, start: datetime, speed: float = 1.0, real: Callable[[], float] = time.monotonic) -> None:
        self._base, self._real, self._speed = start.astimezone(UTC), real, speed
        self._since = real()

    def __call__(self) -> datetime:
        return self._base + timedelta(seconds=(self._real() - self._since) * self._speed)

    @property
    def speed(self) -> float:
        """Seconds of this clock in one real second."""
        return self._speed

    def run(self, speed: float) -> None:
        """Go on from now at another speed; 0 holds the clock."""
        self._base, self._since, self._speed = self(), self._real(), speed

    def move(self, to: datetime) -> None:
        """Jump to a moment. Never back: what has happened has happened."""
        now = self()
        self._base, self._since = max(now, to.astimezone(UTC)), self._real()


def read_moment(text: str) -> datetime:
    """`2026-03-24 09:29 Europe/Berlin` as a moment. Raises ValueError with a sentence an operator can use."""
    day, _, rest = text.strip().partition(" ")
    hour, _, zone = rest.partition(" ")
    zone = zone.strip() or "UTC"
    if zone not in available_timezones():
        raise ValueError(f'"{zone}" is not a time zone. Write it like Europe/Berlin: "2026-03-24 09:29 Europe/Berlin".')
    try:
        naive = datetime.fromisoformat(f"{day}T{hour or '00:00'}")
    except ValueError:
        raise ValueError(f'"{text}" is not a date and time. Write it like "2026-03-24 09:29 Europe/Berlin".') from None
    return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
