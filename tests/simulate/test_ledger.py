"""The ledger can complain: each rule of the message budget, broken, is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.kernel.effects import Kind
from bot.kernel.people import Absence, Settings
from bot.simulate.ledger import Got, why_not

TUESDAY = datetime(2026, 3, 24, 9, 30, tzinfo=UTC)  # 10:30 in Berlin
BERLIN = "Europe/Berlin"


def got(at: datetime = TUESDAY, kind: Kind = "prompt", session: str = "s") -> Got:
    return Got(at, at.date(), f"{session}:{kind}:{at:%d%H}", ((session, kind),))


def said(one: Got, *before: Got, settings: Settings | None = None) -> str:
    return "; ".join(why_not(one, before, settings or Settings(), BERLIN))


def test_an_ordinary_message_is_fine() -> None:
    """One prompt a day within the person's hours, with its reminder, is nothing to complain about."""
    assert said(got()) == ""
    assert said(got(TUESDAY + timedelta(hours=3), "reminder"), got()) == ""
    assert said(got(kind="role", session="r"), *(got(TUESDAY - timedelta(days=1), session=s) for s in "a")) == ""


@pytest.mark.parametrize(
    ("one", "before", "settings", "complaint"),
    [
        (got(TUESDAY - timedelta(hours=2)), (), Settings(), "outside of"),
        (got(), (), Settings(absences=(Absence(date(2026, 3, 24), date(2026, 3, 24)),)), "day off"),
        (got(datetime(2026, 4, 3, 10, tzinfo=UTC)), (), Settings(holidays="DE"), "day off"),
        (got(datetime(2026, 3, 28, 10, tzinfo=UTC)), (), Settings(), "day off"),
        (got(), (got(session="other"),), Settings(), "message 2 of 2026-03-24, of 1"),
        (got(kind="reminder"), (got(session="other"),), Settings(), "message 2 of 2026-03-24, of 1"),
        (
            got(TUESDAY + timedelta(days=2)),
            tuple(got(TUESDAY + timedelta(days=n - 1)) for n in range(3)),
            Settings(),
            "message 4 of the week, of 3",
        ),
        (
            got(TUESDAY + timedelta(hours=1), "reminder"),
            (*(got(TUESDAY - timedelta(days=n)) for n in (0, 1)),),
            Settings(weekly=2),
            "message 3 of the week, of 2",
        ),
        (got(), (), Settings(stopped=True), "nothing unasked"),
        (got(), (), Settings(muted=("prompt",)), "muted"),
    ],
)
def test_what_breaks_the_budget_is_named(one: Got, before: tuple[Got, ...], settings: Settings, complaint: str) -> None:
    """Out of hours, on days off, one too many of a day or a week, stopped, muted: each is found."""
    assert complaint in said(one, *before, settings=settings)
