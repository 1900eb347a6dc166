"""The report on a team: what it counts, over which window, for whom, and that nobody is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.activities.pulse.commands.report import Figure, collect, report
from bot.kernel.activity import Context, Kept, Level, Shown
from bot.kernel.cards import Card, File
from bot.kernel.decision import Refused, Whisper
from bot.kernel.ids import NO_SESSION, Place, SessionId, TeamId
from bot.kernel.people import Team
from bot.pieces.results import Results
from tests.platforms.gallery.pulse import shown

NOW = datetime(2026, 6, 26, 9, 0, tzinfo=UTC)
TEAM = Team(TeamId("t"), Place("local", "w", "bridge"), "bridge", "Europe/Berlin")
PULSE = json.loads(shown(12).row)["results"]


def fact(kind: str, row: Mapping[str, Any], days: int = 3, number: int = 0) -> Kept:
    return Kept(kind, f"{kind}{days}.{number}", row, None, NO_SESSION, NOW - timedelta(days=days))


def context(*facts: Kept, level: Level = Level.MEMBER) -> Context:
    kept: dict[str, tuple[Kept, ...]] = {}
    for one in facts:
        kept[one.kind] = (*kept.get(one.kind, ()), one)
    return Context(NOW, SessionId("n" * 16), 1, level, team=TEAM, kept=kept)


def figures(*facts: Kept, weeks: int = 4) -> dict[str, Figure]:
    return {one.about: one for one in collect(context(*facts), weeks)}


def card(rest: str, *facts: Kept, level: Level = Level.MEMBER) -> Card:
    told = report(rest, context(*facts, level=level))
    assert isinstance(told, Shown)
    assert isinstance(told.reply, Whisper)
    return told.reply.card


def wave(days: int, **more: Any) -> Kept:
    row = {
        "survey": "psych-safety",
        "title": "Safe to speak",
        "below": False,
        "closed": (NOW - timedelta(days=days)).isoformat(),
        "results": PULSE,
        "follows": "",
        "readers": "team",
    }
    return fact("pulse", row | more, days)


def test_participation_is_a_ratio_of_sums_with_a_word_of_trend() -> None:
    """Metrics 6.1: sums over rounds and check-ins of the window; the window before lends the trend and no number."""
    now = (
        fact("round", {"took_part": 7, "expected": 8}),
        fact("checkin", {"responded": 8, "expected": 12}),
    )
    assert figures(*now)["Taking part"].says == "75 % of 20 expected answers or turns"
    before = fact("checkin", {"responded": 8, "expected": 20}, days=40)
    assert figures(*now, before)["Taking part"].says.endswith("; up against the time before")
    assert figures(*now, before, weeks=13)["Taking part"].of == 40


def test_a_missing_denominator_is_a_dash() -> None:
    """Where there was nothing to count there is a dash, never 0 %."""
    found = figures()
    assert {found[about].says for about in ("Taking part", "Roles", "Actions", "Surveys")} == {"\N{EN DASH}"}
    assert "0 %" not in card("").fallback()


def test_sessions_and_steps_on_time() -> None:
    """Metrics 6.2: steps planned 10/30/15/5 that took 10/35/15/5 are 3 of 4 on time; the end is within 5 minutes."""
    steps = [
        {"given": given, "seconds": took * 60, "skipped": False}
        for given, took in ((10, 10), (30, 35), (15, 15), (5, 5))
    ]
    late = {"minutes": 70, "planned": 60, "steps": [{"given": 5, "seconds": 0, "skipped": True}]}
    found = figures(fact("session", {"minutes": 65, "planned": 60, "steps": steps}), fact("session", late, number=1))
    assert found["On time"].says == "1 of 2 ended as announced; steps on time: 75 % of 4"
    assert found["Rhythm"].says == "0 rounds, 0 check-ins, 2 guided sessions"


def test_a_step_that_never_came_is_not_late() -> None:
    """A session that was ended early has steps without a time; they are neither on time nor late."""
    steps = [{"given": 10, "seconds": 600, "skipped": False}, {"given": 5, "seconds": None, "skipped": False}]
    found = figures(fact("session", {"minutes": 10, "planned": 15, "steps": steps}))
    assert found["On time"].says == "1 of 1 ended as announced; steps on time: 100 % of 1"


def test_roles_are_counted_without_names() -> None:
    """How many have hosted, and the largest gap in one role; days before the window do not count."""
    day, old = "2026-06-20", "2026-04-20"
    served = [
        [day, "facilitator", 0, 4],
        [day, "facilitator", 1, 4],
        [day, "note_taker", 0, 4],
        [old, "note_taker", 0, 4],
    ]
    row = {"people": 5, "served": served}
    expected = "2 of 5 have hosted; the largest gap between two people in one role is "
    assert figures(fact("role_turns", row))["Roles"].says == f"{expected}1 turn"
    assert figures(fact("role_turns", row), weeks=13)["Roles"].says == f"{expected}2 turns"


def test_actions_due_in_the_window() -> None:
    """Metrics 6.14: done on time by the last date; who took one has taken it; not needed is taken out."""
    action = {"created": "2026-06-08", "due": "2026-06-19", "taken": True, "done": "", "how": "", "moves": 1}
    found = figures(
        fact("action", action | {"done": "2026-06-19", "how": "done"}),
        fact("action", action | {"done": "2026-06-22", "how": "done"}, number=1),
        fact("action", action | {"due": "", "taken": False, "moves": 0}, number=2),
        fact("action", action | {"done": "2026-06-09", "how": "not needed any more"}, number=3),
    )
    assert found["Actions"].says == "50 % of 2 due were done on time; 1 of 3 not taken by anybody; 2 dates moved"


def test_only_what_the_whole_team_was_shown_is_in_it() -> None:
    """Indices stand as they were shown, with n; what is for its owner, too old, or too few is not there."""
    found = figures(wave(3, follows="Shorter reviews."))
    (index,) = PULSE["indices"]
    assert found["Safe to speak"].says.startswith(f"{index['percent']} agree, 12 answers")
    assert found["What follows from Safe to speak"].says == "Shorter reviews."
    for other in (wave(3, readers="owner"), wave(3, readers="starter"), wave(40), wave(3, below=True)):
        assert figures(other)["Surveys"].says == "\N{EN DASH}"
    assert "Safe to speak" in figures(wave(40), weeks=13)


def test_windows_definitions_and_files() -> None:
    """Four weeks or three months on one screen, what is counted in words, and files for who looks after the team."""
    assert card("").title == "#bridge: the last four weeks"
    assert card("3 months").title == "#bridge: the last three months"
    assert "Taking part: who answered or passed" in card("definitions").fallback()
    refused = report("export", context())
    assert isinstance(refused, Refused)
    files = [block for block in card("3 months export", wave(3), level=Level.OWNER).blocks if isinstance(block, File)]
    assert [file.name for file in files] == ["report-2026-06-26.csv", "report-2026-06-26.json"]
    assert json.loads(files[1].text)["weeks"] == 13
    assert files[0].text.splitlines()[0] == "what,says,value,of"
    assert Results.from_row(PULSE).n == 12
