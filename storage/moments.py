"""Moments as whole microseconds since 1970 in UTC, the form in which rows hold them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stamp(at: datetime) -> int:
    """The aware moment *at* as a number."""
    return (at - EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """The moment behind a number, in UTC."""
    return EPOCH + timedelta(microseconds=number)
