"""The message budget: what one person gets over days and weeks, whatever is due to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.budget import MOST_TOGETHER, RULES, Item, Reader, Ruling, Spent, judge, wait_in_channel
from bot.kernel.calendar import local_date
from bot.kernel.hours import Hours, is_working_moment
from bot.kernel.people import Absence

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
BERLIN = Reader(Hours("Europe/Berlin"))
TEN = MONDAY + timedelta(hours=9)  # 10:00 in Berlin
NOTHING = Spent()
KINDS = tuple(kind for kind, rule in RULES.items() if rule.unasked)


def ruling(item: Item, spent: Spent = NOTHING, reader: Reader = BERLIN, now: datetime = TEN) -> Ruling:
    (found,) = judge([item], reader, spent, now)
    return found


def test_a_question_in_hours_goes() -> None:
    """With room in the day and the week, a question is sent at once."""
    assert ruling(Item(1, "prompt")) == Ruling(1, "send")


def test_things_due_together_go_together() -> None:
    """Two things due on one day come in one message: both are sent now, role notices first."""
    rulings = judge([Item(1, "prompt"), Item(2, "role")], BERLIN, Spent(), TEN)
    assert [(one.id, one.do) for one in rulings] == [(2, "send"), (1, "send")]


def test_night_waits_for_the_morning() -> None:
    """What is due at night waits until the person's day begins, and can be explained."""
    found = ruling(Item(1, "prompt"), now=MONDAY)
    assert (found.do, found.at) == ("wait", MONDAY + timedelta(hours=8))
    assert found.because == "it was outside your hours"


def test_what_ends_before_the_morning_is_dropped() -> None:
    """A message that would make no sense in the morning is never sent."""
    assert ruling(Item(1, "prompt", until=MONDAY + timedelta(hours=7)), now=MONDAY).do == "drop"


def test_the_second_thing_of_a_day_is_added_if_it_ends_today() -> None:
    """When the day's message has gone, what ends today is added to it; what does not, waits for tomorrow."""
    spent = Spent(today=1, week=1, open=True)
    assert ruling(Item(1, "prompt", until=TEN + timedelta(hours=6)), spent).do == "add"
    tomorrow = ruling(Item(1, "prompt", until=TEN + timedelta(days=3)), spent)
    assert (tomorrow.do, tomorrow.at) == ("wait", MONDAY + timedelta(days=1, hours=8))


def test_a_reminder_belongs_to_its_request() -> None:
    """A reminder of something asked today is no second message of the day, but counts in the week."""
    spent = Spent(today=1, week=1, requests=frozenset({"a"}), open=True)
    assert ruling(Item(1, "reminder", "a", TEN + timedelta(hours=1)), spent).do == "send"
    assert ruling(Item(1, "reminder", "a", TEN + timedelta(hours=1)), replace(spent, week=3)).do == "drop"


def test_a_full_week_keeps_roles_and_what_people_took_on() -> None:
    """In a full week role notices and one's own commitments still come; questions wait or are dropped."""
    full = Spent(week=3)
    assert ruling(Item(1, "role"), full).do == "send"
    assert ruling(Item(1, "commitment"), full).do == "send"
    waits = ruling(Item(1, "prompt"), full)
    assert (waits.do, waits.at, waits.because) == (
        "wait",
        MONDAY + timedelta(days=7, hours=7),  # the clocks change on the Sunday between
        "your week was full",
    )
    assert ruling(Item(1, "prompt", until=TEN + timedelta(days=2)), full).do == "drop"


def test_social_things_leave_the_last_message_of_a_week() -> None:
    """A social message never takes the last place of a week, but may come along with something else."""
    assert ruling(Item(1, "social"), Spent(week=1)).do == "send"
    assert ruling(Item(1, "social"), Spent(week=2)).do == "wait"
    along = judge([Item(1, "social"), Item(2, "prompt")], BERLIN, Spent(week=2), TEN)
    assert {one.do for one in along} == {"send"}


def test_a_channel_gets_two_posts_a_day() -> None:
    """What can wait waits for the next working morning of the team; live cards and what would be too late do not."""
    team = Hours("Europe/Berlin")
    tomorrow = MONDAY + timedelta(days=1, hours=8)
    assert wait_in_channel("recap", 1, team, None, TEN) is None
    assert wait_in_channel("recap", 2, team, None, TEN) == tomorrow
    assert wait_in_channel("card", 9, team, None, TEN) is None
    assert wait_in_channel("recap", 2, team, TEN + timedelta(hours=3), TEN) is None


def test_stop_all_means_all() -> None:
    """Whoever stopped everything gets nothing unasked, of any kind."""
    stopped = replace(BERLIN, stopped=True)
    assert {ruling(Item(1, kind), reader=stopped).do for kind in KINDS} == {"drop"}


def test_away_waits_until_the_person_is_back() -> None:
    """During an absence nothing comes; what still makes sense comes on the first day back."""
    away = replace(BERLIN, absences=(Absence(date(2026, 3, 23), date(2026, 3, 25)),))
    found = ruling(Item(1, "invitation"), reader=away)
    assert (found.do, found.at, found.because) == ("wait", MONDAY + timedelta(days=3, hours=8), "you were away")


readers = st.builds(
    Reader,
    hours=st.builds(
        Hours,
        zone=st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/Toronto", "Pacific/Apia"]),
        days=st.sets(st.integers(0, 6), max_size=7).map(lambda days: tuple(sorted(days))),
        starts=st.sampled_from([time(5), time(9), time(13, 30)]),
        ends=st.sampled_from([time(15), time(17), time(22)]),
    ),
    absences=st.lists(
        st.builds(
            lambda first, length: Absence(
                date(2026, 3, 20) + timedelta(first), date(2026, 3, 20) + timedelta(first + length)
            ),
            st.integers(0, 20),
            st.integers(0, 9),
        ),
        max_size=2,
    ).map(tuple),
    daily=st.integers(1, 2),
    weekly=st.integers(1, 5),
)
arrivals = st.lists(
    st.tuples(
        st.integers(0, 24 * 21),  # the hour in which it comes due
        st.sampled_from(KINDS),
        st.one_of(st.none(), st.integers(1, 24 * 8)),  # hours until it makes no sense any more
        st.sampled_from("abcd"),  # what it belongs to
    ),
    max_size=40,
)


@given(readers, arrivals)
def test_whatever_comes_due_the_promises_hold(reader: Reader, due: list[tuple[int, str, int | None, str]]) -> None:
    """Three weeks of anything: never outside hours, never over the day or the week, nothing lost without a reason."""
    zone = reader.hours.zone
    waiting: dict[int, tuple[datetime, Item]] = {}
    fate: dict[int, str] = {}
    for number, (hour, kind, lasts, request) in enumerate(due):
        at = MONDAY + timedelta(hours=hour)
        until = at + timedelta(hours=lasts) if lasts else None
        waiting[number] = (at, Item(number, kind, f"{request}{hour // 24}", until))  # type: ignore[arg-type]
    sent: list[tuple[datetime, list[Item], bool]] = []  # when, what, only reminders of something asked that day
    for hour in range(24 * 40):
        now = MONDAY + timedelta(hours=hour)
        today = local_date(now, zone)
        ready = [item for at, item in waiting.values() if at <= now]
        for item in [one for one in ready if one.until is not None and one.until < now]:
            fate[waiting.pop(item.id)[1].id] = "too late"
        ready = [item for item in ready if item.id in waiting]
        if not ready:
            continue
        of_today = [(when, items, follow) for when, items, follow in sent if local_date(when, zone) == today]
        monday = today - timedelta(days=today.weekday())
        spent = Spent(
            today=sum(not follow for _, _, follow in of_today),
            week=sum(
                any(RULES[item.kind].weekly for item in items)
                for when, items, _ in sent
                if local_date(when, zone) >= monday
            ),
            requests=frozenset(item.request for _, items, _ in of_today for item in items),
            open=any(not follow for _, _, follow in of_today),
        )
        rulings = judge(ready, reader, spent, now)
        assert sorted(one.id for one in rulings) == sorted(item.id for item in ready)
        going = [item for item in ready for one in rulings if one.id == item.id and one.do == "send"]
        if going:
            follow = all(item.kind == "reminder" and item.request in spent.requests for item in going)
            assert is_working_moment(reader.hours, now, reader.absences, reader.off)
            assert follow or spent.today < reader.daily
            assert spent.week < reader.weekly or not any(RULES[item.kind].weekly for item in going)
            assert sum(not (i.kind == "reminder" and i.request in spent.requests) for i in going) <= MOST_TOGETHER
            sent.append((now, going, follow))
        for one in rulings:
            match one.do:
                case "wait":
                    assert one.because
                    assert one.at is not None
                    assert one.at > now
                    waiting[one.id] = (one.at, waiting[one.id][1])
                case "add":
                    assert spent.open
                    fate[waiting.pop(one.id)[1].id] = one.do
                case "send":
                    fate[waiting.pop(one.id)[1].id] = one.do
                case "drop":
                    assert one.because
                    fate[waiting.pop(one.id)[1].id] = one.do
    for at, item in waiting.values():  # only what may wait for ever, or until a later week, is still here
        assert item.until is None or item.until > at or at > MONDAY + timedelta(days=39)
