"""Rhythms of a schedule, and what its answers lead to: monthly, once; drifting; questions retired for good."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.library.load import load
from tests.stories.test_checkin import PROMPTS, facts, library, scheduled
from tests.story import Local, berlin


@pytest.fixture
def room() -> Local:
    return Local(berlin("2026-06-15 10:00"), content=library())


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-06-15 10:00"), content=library())


def dates(room: Local) -> list[str]:
    """The moments at which questions came to the channel, on a clock in Berlin."""
    there = ZoneInfo("Europe/Berlin")
    cards = [m for m in room.tape.messages if m.place == "bridge" and not m.thread and m.kind == "card"]
    return [f"{at.astimezone(there):%a %d %b %H:%M}" for m in cards if isinstance(at := m.at, datetime)]


@pytest.mark.parametrize(
    ("values", "until", "asked"),
    [
        ({"rhythm": "2", "days": ("1", "3")}, "2026-07-03 20:00", ["Tue 16", "Thu 18", "Tue 30", "Thu 02"]),
        ({"rhythm": "3", "days": ("4",)}, "2026-08-01 20:00", ["Fri 19", "Fri 10", "Fri 31"]),
        ({"rhythm": "monthly", "days": ("0",), "nth": "1"}, "2026-08-31 20:00", ["Mon 06", "Mon 03"]),
        ({"rhythm": "monthly", "days": ("4",), "nth": "-1"}, "2026-08-31 20:00", ["Fri 26", "Fri 31", "Fri 28"]),
        ({"rhythm": "once", "once": "2026-06-24"}, "2026-08-31 20:00", ["Wed 24"]),
        ({"rhythm": "workdays"}, "2026-06-19 20:00", ["Tue 16", "Wed 17", "Thu 18", "Fri 19"]),
    ],
)
def test_rhythms(room: Local, values: dict[str, str | tuple[str, ...]], until: str, asked: list[str]) -> None:
    """Every second and third week, monthly on the first and the last such day, once, daily: on those dates alone."""
    scheduled(room, moment="team", **values)
    room.until(berlin(until))
    found = dates(room)
    assert [one[:6] for one in found] == asked
    assert all(one.endswith("09:30") for one in found)


def test_once_is_over_after_it(room: Local) -> None:
    """A question for one day leaves no date behind, and says so to who looks after it."""
    scheduled(room, moment="team", rhythm="once", once="2026-06-24")
    room.until(berlin("2026-06-26 12:00"))
    assert "no date ahead" in room.types("Lena", "checkin")
    assert "No date lies ahead." in room.presses("Lena", "Manage")


def test_twice_off_course(room: Local) -> None:
    """P04: every fourth question asks about the goal; two results off course in a row lead to one private word."""
    assert "Whoever looks after #bridge" in room.types("Ines", "checkin goal every request answered within a day")
    assert "on track, drifting or stuck" in room.types("Lena", "checkin goal every request answered within a day.")
    scheduled(room, moment="team", asks="plan")
    for day in ("2026-07-07", "2026-08-04"):
        assert not [m for m in room.direct("Lena") if "Still on course?" in m.text()]
        room.until(berlin(f"{day} 09:31"))
        assert "Our goal is every request answered within a day. Are we on track" in room.card()
        for person in ("Lena", "Tomas", "Ines"):
            room.presses(person, "Answer", "bridge")
            room.submits(person, a0="Stuck", a1="The list grows.")
    room.until(berlin("2026-08-06 12:00"))
    assert facts(room, "checkin").count('"On track": 0, "Drifting": 0, "Stuck": 3') == 2
    (told,) = [m for m in room.direct("Lena") if "Still on course?" in m.text()]
    assert "there is a guide for it" in told.text()
    assert not any("Still on course?" in m.text() for m in room.direct("Ines"))
    assert "checkpoint" in room.presses("Lena", "Plan a checkpoint", "@").lower()


def test_a_question_retired_for_good(room: Local) -> None:
    """Never ask this: another takes its place at once, and it never comes back, however long the schedule runs."""
    told = scheduled(room, moment="team", rhythm="workdays", asks="plan")
    assert "On other days only the card in the channel asks." in told
    room.types("Lena", "checkin")
    room.presses("Lena", "Manage")
    told = room.presses("Lena", "Never ask this")
    assert "The one before is never asked here again." in told
    (never,) = room_facts(room, "retired")
    room.until(berlin("2026-09-15 12:00"))
    used = room_facts(room, "prompt_used")
    assert len(used) > 30
    assert never not in used


def room_facts(room: Local, kind: str) -> list[str]:
    with room.connections.transaction() as db:
        return [row[0] for row in db.rows("SELECT key FROM kept WHERE kind = :k ORDER BY key", {"k": kind})]


def test_who_looks_after_it_goes_first(room: Local) -> None:
    """P09: where misses are told an owner is asked a day before; the others read it before they answer."""
    scheduled(room, moment="team", asks="misses_and_experiments")
    room.until(berlin("2026-06-15 12:00"))
    (asked,) = room.direct("Lena")
    assert "Would you go first?" in asked.text()
    room.presses("Lena", "Go first", "@")
    room.submits("Lena", a0="I sent the wrong list to everybody.")
    room.until(berlin("2026-06-16 09:31"))
    assert "Lena goes first: I sent the wrong list to everybody." in room.card()
    assert "Somebody went first; read it in #bridge." in room.direct("Ines")[0].text()
    room.types("Lena", "checkin mine")
    room.presses("Lena", "Delete this")
    room.passes("10 s")
    assert "wrong list" not in room.card()


def test_nobody_has_to_go_first(room: Local) -> None:
    """P09: whoever leaves it is not asked again, and the question comes as ever."""
    scheduled(room, moment="team", asks="misses_and_experiments")
    room.until(berlin("2026-06-16 09:31"))
    assert "goes first" not in room.card()
    asked = [m.text() for m in room.direct("Lena") if "Would you go first?" in m.text()]
    assert len(asked) == 1
    assert "does not wait any more" in asked[0]


def test_a_question_in_ones_own_language(tmp_path: Path) -> None:
    """P57: where a translation is there, whoever chose its language is asked and fills in the form in it."""
    kept = tmp_path / "prompts"
    shutil.copytree(PROMPTS, kept)
    (kept / "checkins" / "wins.de.yml").write_text(
        "\n".join(
            [
                "kind: checkin_category",
                "id: wins",
                'language: "de"',
                "prompts:",
                *(f'  - id: wins-{n:02}\n    text: "Was ist dir gelungen ({n})?"' for n in range(1, 11)),
            ]
        )
    )
    library, problems = load(kept)
    assert not problems
    room = Local(berlin("2026-06-15 10:00"), content=library)
    room.types("Ines", "me hours")
    assert "Questions in Deutsch." in room.submits("Ines", language="de")
    scheduled(room, moment="team")
    room.until(berlin("2026-06-16 09:31"))
    assert "Was ist dir gelungen" in room.direct("Ines")[0].text()
    assert "Was ist" not in room.direct("Lena")[0].text()
    room.presses("Ines", "Answer", "@")
    assert "Was ist dir gelungen" in getattr(room.form("Ines").fields[0], "label", "")
    room.submits("Ines", a0="Die Liste ist leer.")
    room.until(berlin("2026-06-16 21:31"))
    assert "Ines: Die Liste ist leer." in room.card(0)


def test_who_was_asked_for_a_hand_leaves_no_trace(room: Local) -> None:
    """After Delete me no question of somebody else names the person that was asked for a hand, or went first."""
    scheduled(room, moment="team", asks="misses_and_experiments")
    room.until(berlin("2026-06-15 12:00"))
    room.presses("Lena", "Go first", "@")
    room.submits("Lena", a0="I sent the wrong list.")
    room.until(berlin("2026-06-16 09:31"))
    room.presses("Ines", "Answer", "bridge")
    room.submits("Ines", a0="So did I.", hand="the list", hand_to="one")
    room.presses("Ines", "Choose who")
    room.submits("Ines", whom=room.member("Lena").user)
    room.types("Lena", "me delete")
    room.presses("Lena", "Delete everything")
    room.passes("5 min")
    assert "wrong list" not in room.card()
    with room.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM session WHERE person = 'lena' OR state LIKE '%lena%'") == (0,)
        assert db.row("SELECT COUNT(*) FROM kept WHERE person = 'lena' OR fact LIKE '%lena%' OR key LIKE '%lena%'") == (
            0,
        )


def test_how_many_could_use_a_hand(room: Local) -> None:
    """P08: the team's figures count who asked it for a hand and who found one; what was for one person stays out."""
    scheduled(room, moment="team")
    room.until(berlin("2026-06-16 09:31"))
    for person, to in (("Ines", "team"), ("Tomas", "team"), ("Sam", "one")):
        room.presses(person, "Answer", "bridge")
        room.submits(person, a0="A walk.", hand="the list", hand_to=to)
    room.presses("Sam", "Choose who")
    room.submits("Sam", whom=room.member("Jo").user)
    room.until(berlin("2026-06-16 15:31"))
    room.presses("Maya", "I can help", "bridge")
    room.until(berlin("2026-06-18 12:00"))
    assert "2 could use a hand; 1 found one." in room.types("Jo", "checkin summary")


def test_a_pause_lets_go_of_answers_ahead(room: Local) -> None:
    """After a pause another question may come, so what was answered ahead of it is not taken for an answer to that."""
    scheduled(room)
    room.types("Sam", "checkin ahead")
    room.submits("Sam", a0="I am on a train on Tuesday.")
    room.types("Lena", "checkin pause")
    room.presses("Lena", "Resume")
    room.until(berlin("2026-06-16 21:31"))
    assert room.direct("Sam")
    assert "train" not in room.card(0)


def test_company_is_never_a_duty(bridge: Local) -> None:
    """P10: a light question is asked for company: nobody is reminded of it, and nobody stops being asked for that."""
    scheduled(bridge, asks="social")
    bridge.until(berlin("2026-06-16 09:31"))
    bridge.presses("Ines", "Later", "@")
    assert "I won't ask again." in bridge.direct("Ines")[0].text()
    bridge.until(berlin("2026-07-10 12:00"))
    told = [m.text() for m in bridge.direct("Tomas")]
    assert len(told) == 4
    assert not any("the one reminder" in one or "I stop asking you" in one for one in told)
