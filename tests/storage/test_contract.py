"""What a store promises, on SQLite in memory, SQLite in a file, and a real PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.engine.ports import Sent, StaleSessionError, TryLater, Undeliverable
from bot.kernel.activity import Facts, Level, Roster, Sessions
from bot.kernel.cards import Card, Text
from bot.kernel.decision import Whisper
from bot.kernel.effects import (
    Adjust,
    Begin,
    CancelTimer,
    Enrol,
    Erase,
    Forget,
    Keep,
    Kind,
    Only,
    Post,
    Prefer,
    Retract,
    Revise,
    SetTimer,
    Tell,
    Under,
)
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId
from bot.kernel.inbound import (
    CommandIssued,
    Joined,
    Left,
    PlaceFound,
    PlaceLost,
    PlaceMoved,
    PlaceRenamed,
    ProfileChanged,
    Reachable,
    RosterRead,
    TimerFired,
    WorkspaceLost,
)
from bot.kernel.people import Profile, Settings
from bot.kernel.words import when, who
from tests.storage.stores import ARUN, HERE, LENA, NOW, TOMAS, Full, Page, Store, card, press, titles

ELSEWHERE = Place("local", "other", "bridge")  # a channel of the same id in another workspace
STRANGER = Member("local", "other", "lena")  # a user of the same id there
DIRECT = Place("local", "w", "Dlena", direct=True)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run each job on a thread of its own, all at one moment; their results, or what they raised."""
    gate = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(n: int, job: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[n] = job()
        except Exception as error:
            results[n] = error

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


# claims


def test_an_arrival_is_claimed_once(store: Store) -> None:
    """The same arrival, heard again after it was committed, is nobody's."""
    with store.database.unit() as unit:
        assert unit.claim(press(id="a"), NOW)
        unit.commit()
    with store.database.unit() as unit:
        assert not unit.claim(press(id="a"), NOW)


def test_a_claim_without_commit_is_none(store: Store) -> None:
    """Work that failed half-way leaves its arrival to be claimed again."""
    with store.database.unit() as unit:
        assert unit.claim(press(id="a"), NOW)
    with store.database.unit() as unit:
        assert unit.claim(press(id="a"), NOW)


def test_two_at_once_claim_once(store: Store) -> None:
    """Of two connections that hear one arrival at one moment, exactly one gets it."""

    def claim() -> bool:
        with store.database.unit() as unit:
            mine = unit.claim(press(id="same"), NOW)
            unit.commit()
            return mine

    assert sorted(at_once(claim, claim)) == [False, True]


def test_arrivals_are_kept_as_hashes(store: Store) -> None:
    """What is remembered of an arrival tells nobody who acted."""
    with store.database.unit() as unit:
        unit.claim(press(id="lena pressed"), NOW)
        unit.commit()
    assert not any("lena" in str(row) for row in store.rows("SELECT id FROM inbox"))


# timers


def test_a_timer_is_claimed_by_deleting_it(store: Store) -> None:
    """A timer that is due is handed out, claimed once, and gone."""
    store.does(SetTimer("turn", NOW + timedelta(minutes=1)))
    assert store.queues.due(store.now) is None
    assert store.queues.next_moment() == NOW + timedelta(minutes=1)
    store.passes(minutes=1)
    due = store.queues.due(store.now)
    assert isinstance(due, TimerFired)
    assert (due.session, due.name, due.at, due.workspace) == ("s1", "turn", store.now, ("local", "w"))
    with store.database.unit() as unit:
        assert unit.claim(due, store.now)
        unit.commit()
    with store.database.unit() as unit:
        assert not unit.claim(due, store.now)
    assert store.queues.due(store.now) is None


def test_two_at_once_fire_a_timer_once(store: Store) -> None:
    """Two processes that read one due timer write its line once."""
    store.does(SetTimer("turn", NOW))
    due = store.queues.due(NOW)
    assert due is not None
    at_once(lambda: store.engine.handle(due), lambda: store.engine.handle(due))
    with store.database.unit() as unit:
        assert unit.load(SessionId("s1"), ("local", "w")).state == Page(("timer:turn",))


def test_a_moved_timer_does_not_fire_at_its_old_time(store: Store) -> None:
    """Whoever read a timer before it was moved cannot claim it any more."""
    store.does(SetTimer("turn", NOW))
    old = store.queues.due(NOW)
    assert old is not None
    store.does(SetTimer("turn", NOW + timedelta(minutes=5)))
    with store.database.unit() as unit:
        assert not unit.claim(old, NOW)
    assert store.queues.due(NOW) is None
    assert store.queues.next_moment() == NOW + timedelta(minutes=5)


def test_if_absent_leaves_a_timer_where_it_is(store: Store) -> None:
    """A timer set `if_absent` moves none that is there, but counts a parked one as absent."""
    store.does(SetTimer("turn", NOW))
    store.does(SetTimer("turn", NOW + timedelta(minutes=5), if_absent=True))
    due = store.queues.due(NOW)
    assert due is not None
    store.queues.postpone(due, None)
    assert store.queues.parked() == [("pages", "s1", "turn")]
    store.does(SetTimer("turn", NOW + timedelta(minutes=5), if_absent=True))
    assert store.queues.parked() == []
    assert store.queues.next_moment() == NOW + timedelta(minutes=5)


def test_what_due_timers_begin_is_written_in_sets(store: Store) -> None:
    """Six hundred parts that are due at one moment are rows before any timer fires: a set of 500, then the rest."""
    for n in range(600):
        store.does(SetTimer("turn", NOW, begins=SessionId(f"part {n}")), session=f"s{n}")
    store.does(SetTimer("turn", NOW + timedelta(seconds=1), begins=SessionId("later")), session="t")
    assert [store.queues.begin_due(NOW) for _ in range(3)] == [500, 100, 0]
    rows = store.rows("SELECT id, parent, activity, team, open FROM session WHERE version = 0")
    assert sorted(rows) == sorted((f"part {n}", f"s{n}", "pages", store.team(), 0) for n in range(600))
    assert store.queues.due(NOW) is not None


def test_what_was_begun_does_not_exist_before_it_is_decided(store: Store) -> None:
    """A row that a timer began is no session to the engine, until its own session fills it."""
    store.does(SetTimer("turn", NOW, begins=SessionId("part")))
    store.queues.begin_due(NOW)
    with store.database.unit() as unit:
        assert unit.load(SessionId("part"), ("local", "w")).version == 0
    store.does(Begin(SessionId("part"), Page(("begun",)), (SetTimer("turn", NOW),)))
    with store.database.unit() as unit:
        stored = unit.load(SessionId("part"), ("local", "w"))
    assert (stored.version, stored.state) == (1, Page(("begun",)))
    store.does(Begin(SessionId("part"), Page(("again",))))
    with store.database.unit() as unit:
        assert unit.load(SessionId("part"), ("local", "w")).state == Page(("begun",))


@pytest.mark.parametrize("instead", [CancelTimer("turn"), SetTimer("turn", NOW, begins=SessionId("other"))])
def test_what_was_begun_in_vain_is_dropped(store: Store, instead: SetTimer | CancelTimer) -> None:
    """A part that its session decides not to begin leaves nothing, and another session's part stays."""
    store.does(SetTimer("turn", NOW, begins=SessionId("part")))
    store.does(SetTimer("turn", NOW, begins=SessionId("theirs")), session="s2")
    store.queues.begin_due(NOW)
    store.does(instead)
    assert store.rows("SELECT id FROM session WHERE version = 0") == [("theirs",)]


def test_two_at_once_begin_a_set_once(store: Store) -> None:
    """Two processes that wake at one moment write every row once, and both go on."""
    for n in range(40):
        store.does(SetTimer("turn", NOW, begins=SessionId(f"part {n}")), session=f"s{n}")
    found = at_once(*(lambda: store.queues.begin_due(NOW) for _ in range(4)))
    assert sum(found) == 40
    assert store.rows("SELECT COUNT(*) FROM session WHERE version = 0") == [(40,)]


def test_a_cancelled_timer_is_gone(store: Store) -> None:
    """Nothing fires after a cancel, and to cancel what is not there is no error."""
    store.does(SetTimer("turn", NOW))
    store.does(CancelTimer("turn"), CancelTimer("never set"))
    assert store.queues.due(NOW) is None


def test_a_postponed_timer_keeps_its_moment(store: Store) -> None:
    """A timer tried again still says when it was due, and how often it was tried."""
    store.does(SetTimer("turn", NOW))
    due = store.queues.due(NOW)
    assert due is not None
    store.queues.postpone(due, NOW + timedelta(minutes=1))
    assert store.queues.due(NOW) is None
    again = store.queues.due(NOW + timedelta(minutes=1))
    assert again is not None
    assert (again.at, again.attempts) == (NOW, 1)


def test_timers_are_of_one_workspace(store: Store) -> None:
    """A session id of another workspace neither moves nor cancels a timer here."""
    store.found(ELSEWHERE, (STRANGER,), STRANGER)
    store.told()
    store.does(SetTimer("turn", NOW))
    with store.database.unit() as unit:
        inbound = CommandIssued(id="x", actor=STRANGER, place=ELSEWHERE, activity="pages", verb="begin")
        unit.context_for(inbound, (), NOW)
        unit.schedule(SessionId("s1"), "pages", (SetTimer("turn", NOW + timedelta(days=1)), CancelTimer("turn")), NOW)
        unit.commit()
    assert store.queues.due(NOW) is not None


def test_a_timer_needs_a_session(store: Store) -> None:
    """A timer that nobody could be woken by is refused, for all workspaces would share it."""
    with pytest.raises(ValueError, match="without a session"):
        store.does(SetTimer("turn", NOW), session="s1"), store.does(SetTimer("turn", NOW), session="")


def test_what_is_told_arrives_in_order_with_its_payload(store: Store) -> None:
    """Tells are rows of their own: to a session, to each open one of a team, later, or once."""
    store.does(session="s2")
    store.does(session="s3", place=Place("local", "w", "elsewhere"))
    store.does(
        Tell("pages", "news", {"n": 1}, SessionId("s9")),
        Tell("pages", "news", {"n": 2}, every=True),
        Tell("pages", "news", {"n": 3}, SessionId("s9"), at=NOW + timedelta(hours=1)),
        Tell("pages", "news", {"n": 4}, SessionId("s8"), once=True),
        Tell("pages", "news", {"n": 5}, SessionId("s8"), once=True),
        Tell("pages", "news", {"n": 6}),
    )
    assert sorted((to, what["n"]) for to, _, what in store.told()) == [
        ("", 6),
        ("s1", 2),
        ("s2", 2),
        ("s8", 4),
        ("s9", 1),
    ]
    store.passes(hours=1)
    assert [(to, what["n"]) for to, _, what in store.told()] == [("s9", 3)]


def test_every_stays_in_its_workspace(store: Store) -> None:
    """A session of no team tells no session of no team in another workspace."""
    there = Place("local", "other", "Dlena", direct=True)
    store.does(session="theirs", place=there, by=STRANGER)
    store.does(
        Tell("pages", "news", {}, every=True),
        session="mine",
        place=Place("local", "w", "Darun", direct=True),
        by=Member("local", "w", "nobody"),
    )
    assert [to for to, _, _ in store.told()] == ["mine"]


# the outbox: lanes, leases, order


def test_messages_of_a_conversation_keep_their_order(store: Store) -> None:
    """In one channel a message waits until the one before it is settled; another channel does not wait."""
    aside = Place("local", "w", "aside")
    store.does(Post("a", HERE, card("a")), Post("b", HERE, card("b")), Post("c", aside, card("c")))
    first, other = store.claim(), store.claim()
    assert titles([one for one in (first, other) if one]) == ["a", "c"]
    assert store.claim() is None
    assert first is not None
    store.queues.settle(first, Sent("m1"), NOW)
    assert titles(store.deliver()) == ["b"]


def test_two_at_once_never_send_the_same(store: Store) -> None:
    """Claims made at one moment by several connections share no message and keep each lane's order."""
    places = [Place("local", "w", f"c{n}") for n in range(6)]
    store.does(*(Post(f"{place.channel}{n}", place, card(f"{n}")) for n in range(2) for place in places))
    claimed = [one for one in at_once(*[store.claim] * 6) if one is not None]
    assert not [one for one in claimed if isinstance(one, Exception)]
    assert len({one.id for one in claimed}) == len(claimed)
    assert {one.card.title for one in claimed} == {"0"}
    rest = store.deliver()
    assert len({one.channel for one in (*claimed, *rest)}) == 6


def test_try_later_holds_the_conversation_and_no_other(store: Store) -> None:
    """After a refusal for now, its conversation rests as long as the platform asked; others go on."""
    aside = Place("local", "w", "aside")
    store.does(Post("a", HERE, card("a")), Post("b", HERE, card("b")), Post("c", aside, card("c")))
    first = store.claim()
    assert first is not None
    store.queues.settle(first, TryLater("429", timedelta(seconds=30)), NOW)
    assert titles(store.deliver()) == ["c"]
    store.passes(seconds=29)
    assert store.claim() is None
    store.passes(seconds=1)
    assert titles(store.deliver()) == ["a", "b"]


def test_the_ticker_sleeps_until_something_can_be_done(store: Store) -> None:
    """A message that waits behind another, or in a conversation that rests, wakes nobody before its turn."""
    store.does(Post("a", HERE, card("a")), Post("b", HERE, card("b")))
    first = store.claim()
    assert first is not None
    assert store.queues.next_moment() == NOW + timedelta(seconds=90)
    store.queues.settle(first, TryLater("429", timedelta(minutes=5)), NOW)
    assert store.queues.next_moment() == NOW + timedelta(minutes=5)
    store.does(Post("c", Place("local", "w", "aside"), card("c"), at=NOW + timedelta(minutes=2)))
    assert store.queues.next_moment() == NOW + timedelta(minutes=2)
    store.passes(minutes=5)
    store.deliver()
    assert store.queues.next_moment() is None


def test_the_ticker_does_not_spin_behind_a_lapsed_send(store: Store) -> None:
    """A send whose process died, behind one under way in its conversation, wakes nobody before that one is over."""
    later = NOW + timedelta(seconds=90)
    store.does(Post("early", HERE, card("early"), at=later), Post("late", HERE, card("late")))
    assert titles([one for one in [store.claim()] if one]) == ["late"]  # never settled
    store.passes(seconds=90)
    assert titles([one for one in [store.claim()] if one]) == ["early"]
    assert store.claim() is None
    assert store.queues.next_moment() == store.now + timedelta(seconds=90)


def test_a_newer_message_takes_the_place_of_one_that_waited(store: Store) -> None:
    """An unasked message posted again under its name before it went is sent once, so that no day gets two."""
    for title in ("older", "newer"):
        store.does(Post("word", LENA, card(title), "report", why="You asked."))
    assert titles(store.deliver()) == ["newer"]


def test_back_off_grows_when_the_platform_names_no_time(store: Store) -> None:
    """Without a wish of the platform, tries are one, five and fifteen seconds apart, or up to a quarter more."""
    store.does(Post("a", HERE, card("a")))
    waits = []
    for _ in range(3):
        outgoing = store.claim()
        assert outgoing is not None
        store.queues.settle(outgoing, TryLater("500"), store.now)
        due = store.queues.next_moment()
        assert due is not None
        waits.append((due - store.now).total_seconds())
        store.now = due
    assert all(least <= wait <= 1.25 * least for least, wait in zip((1, 5, 15), waits, strict=True))


def test_a_lease_that_ran_out_is_in_doubt(store: Store) -> None:
    """What was being sent when its process died is tried again, marked doubtful, by whoever comes next."""
    store.does(Post("a", HERE, card("a")), Post("b", HERE, card("b")))
    first = store.claim()
    assert first is not None
    assert not first.doubtful
    store.passes(seconds=89)
    assert store.claim() is None
    store.passes(seconds=2)
    again = store.claim()
    assert again is not None
    assert (again.key, again.doubtful, again.attempts) == (first.key, True, 1)
    store.queues.settle(again, Sent("m1"), store.now)
    assert titles(store.deliver()) == ["b"]


def test_doubt_stays_until_it_is_settled(store: Store) -> None:
    """A message in doubt that has to wait once more is still in doubt; what changes it meanwhile comes after it."""
    store.does(Post("a", HERE, card("a")))
    assert store.claim() is not None
    store.passes(minutes=2)
    again = store.claim()
    assert again is not None
    store.queues.settle(again, TryLater("503"), store.now)
    store.does(Revise("a", card("b")))
    store.passes(minutes=1)
    sent = store.deliver()
    assert [(one.doubtful, one.replaces) for one in sent] == [(True, None), (False, f"m{again.id}")]
    assert titles(sent) == ["a", "b"]


def test_a_hint_in_doubt_is_not_repeated(store: Store) -> None:
    """A kind that is not worth repeating dies, with its reason, when a crash leaves open whether it arrived."""
    store.does(Post("a", HERE, card("a"), "hint"))
    assert store.claim() is not None
    store.passes(minutes=2)
    assert store.claim() is None
    assert store.outbox() == [("a", "dead", "in doubt after a restart, and not worth repeating")]


def test_a_late_answer_changes_nothing(store: Store) -> None:
    """A try whose lease ran out cannot put back, kill, or hold what another process sends meanwhile."""
    store.does(Post("a", HERE, card("a")))
    first = store.claim()
    store.passes(minutes=2)
    second = store.claim()
    assert first is not None
    assert second is not None
    store.queues.settle(first, TryLater("500", timedelta(hours=1)), store.now)
    store.queues.settle(first, Undeliverable("never"), store.now)
    store.queues.settle(second, Sent("m1"), store.now)
    assert store.outbox() == [("a", "sent", "")]
    store.does(Post("b", HERE, card("b")))
    assert titles(store.deliver()) == ["b"]


def test_a_message_waits_for_its_time_and_dies_after_its_window(store: Store) -> None:
    """*at* delays a post; after *until* it makes no sense any more and says why it was not sent."""
    store.does(
        Post("later", HERE, card("later"), at=NOW + timedelta(hours=1)),
        Post("brief", HERE, card("brief"), until=NOW + timedelta(minutes=1)),
    )
    store.passes(minutes=2)
    assert store.deliver() == []
    store.passes(hours=1)
    assert titles(store.deliver()) == ["later"]
    assert ("brief", "dead", "too late to make sense") in store.outbox()


def test_a_sent_row_keeps_no_words(store: Store) -> None:
    """Once it is sent or dead, a message's words are no longer in the outbox."""
    store.does(Post("a", HERE, card("secret")), Post("b", HERE, card("secret"), until=NOW - timedelta(1)))
    store.deliver()
    assert store.rows("SELECT card FROM outbox") == [("",), ("",)]


# changing messages


def test_a_burst_of_edits_is_one(store: Store) -> None:
    """Edits that wait become the last of them; an edit before the post is sent becomes the post."""
    store.does(Post("a", HERE, card("a0")))
    store.does(Revise("a", card("a1")))
    store.does(Revise("a", card("a2")))
    assert titles(store.deliver()) == ["a2"]
    for n in range(3, 9):
        store.does(Revise("a", card(f"a{n}")))
    (edit,) = store.deliver()
    assert titles([edit]) == ["a8"]
    assert edit.replaces == "m1"


def test_an_edit_made_while_the_post_is_under_way_follows_it(store: Store) -> None:
    """An edit decided between claim and settlement edits the message that arrived."""
    store.does(Post("a", HERE, card("a0")))
    outgoing = store.claim()
    assert outgoing is not None
    store.does(Revise("a", card("a1")))
    assert store.claim() is None
    store.queues.settle(outgoing, Sent("m77"), NOW)
    (edit,) = store.deliver()
    assert (edit.replaces, edit.channel) == ("m77", "bridge")


def test_a_second_post_under_one_name_is_a_new_message(store: Store) -> None:
    """Both are sent, each to its own address; the name then means the newer, whatever was pending for the older."""
    store.does(Post("a", HERE, card("first")))
    store.does(Revise("a", card("first, changed")), Post("a", LENA, card("second"), "asked"))
    store.does(Revise("a", card("second, changed")))
    sent = store.deliver()
    assert [(one.channel, one.user, one.card.title) for one in sent if one.card] == [
        ("bridge", "", "first, changed"),
        ("", "lena", "second, changed"),
    ]
    store.does(Revise("a", card("third")))
    assert [one.replaces for one in store.deliver()] == [f"m{sent[1].id}"]


def test_the_last_edit_of_an_older_message_is_not_lost(store: Store) -> None:
    """An edit decided before a new post took its name still reaches the message that it was meant for."""
    store.does(Post("a", HERE, card("first")))
    (first,) = store.deliver()
    store.does(Revise("a", card("closed")), Post("a", HERE, card("second")))
    sent = store.deliver()
    assert [(one.card.title, one.replaces) for one in sent if one.card] == [
        ("closed", f"m{first.id}"),
        ("second", None),
    ]


def test_what_is_taken_back_unsent_never_goes(store: Store) -> None:
    """Retract drops a message that waits, with its edits; one that was sent is deleted."""
    store.does(Post("a", HERE, card("a")), Revise("a", card("b")), Retract("a"))
    assert store.deliver() == []
    store.does(Revise("a", card("c")))
    assert store.deliver() == []
    store.does(Post("b", HERE, card("b")))
    store.deliver()
    store.does(Revise("b", card("c")), Retract("b"))
    (gone,) = store.deliver()
    assert (gone.card, gone.replaces) == (None, "m3")
    assert {(status, bool(because)) for _, status, because in store.outbox()} == {("dead", True), ("sent", False)}


def test_a_message_the_platform_posted_anew_is_edited_there(store: Store) -> None:
    """Where an edit became a new message, the next edit, and the thread, belong to the new one."""
    store.does(Post("a", HERE, card("a")))
    store.deliver()
    store.does(Revise("a", card("b")))
    edit = store.claim()
    assert edit is not None
    store.does(Revise("a", card("c")), Post("u", Under("a"), card("under")))
    store.queues.settle(edit, Sent("m500"), NOW)
    changed, under = store.deliver()
    assert changed.replaces == "m500"
    assert under.thread == "m500"
    store.does(Post("v", Under("a"), card("under")))
    assert [one.thread for one in store.deliver()] == ["m500"]


# places


def test_under_goes_to_the_thread(store: Store) -> None:
    """A message under another stands in its thread, also when it was decided before the other was sent."""
    store.does(Post("root", HERE, card("root")), Post("u", Under("root"), card("under")))
    root, under = store.deliver()
    assert (root.thread, under.thread, under.channel) == (None, f"m{root.id}", "bridge")
    store.does(Post("uu", Under("u"), card("deeper")))
    assert [one.thread for one in store.deliver()] == [f"m{root.id}"]
    store.does(Post("x", Under("root", SessionId("s1")), card("from another")), session="s2")
    assert [one.thread for one in store.deliver()] == [f"m{root.id}"]


def test_under_waits_for_a_root_that_is_late(store: Store) -> None:
    """A message under one that goes out in an hour goes out after it, not beside it."""
    store.does(Post("root", HERE, card("root"), at=NOW + timedelta(hours=1)), Post("u", Under("root"), card("under")))
    assert store.deliver() == []
    store.passes(hours=1)
    root, under = store.deliver()
    assert (root.key.split(":")[1], under.thread) == ("root", f"m{root.id}")


def test_under_a_message_that_never_arrived_is_not_posted_beside_it(store: Store) -> None:
    """What stood under a message that could not be delivered is not said to the whole channel instead."""
    store.does(Post("root", HERE, card("root")), Post("u", Under("root"), card("under")))
    root = store.claim()
    assert root is not None
    store.queues.settle(root, Undeliverable("too long"), NOW)
    assert store.deliver() == []
    assert store.outbox()[1] == ("u", "dead", "the message it stands under was never delivered")


def test_a_message_under_nothing_is_our_mistake(store: Store) -> None:
    """To post under a name that was never posted raises, and nothing of that decision is kept."""
    with pytest.raises(LookupError, match="never posted"):
        store.does(Post("a", HERE, card("a")), Post("u", Under("nothing"), card("u")))
    assert store.outbox() == []


def test_only_names_the_reader(store: Store) -> None:
    """A message for one pair of eyes goes to the channel with that person's id."""
    store.does(Post("a", Only(TOMAS, HERE), card("a"), "hint"))
    (sent,) = store.deliver()
    assert (sent.channel, sent.only, sent.user) == ("bridge", "tomas", "")


def test_a_direct_message_learns_its_conversation(store: Store) -> None:
    """A direct message names the person and their zone; its edits go where the platform opened it."""
    store.engine.hear(ProfileChanged(id="p", person=Profile(ARUN, "Arun", "Asia/Kolkata", address="29:arun")))
    store.does(Post("a", ARUN, card("a"), "asked"))
    outgoing = store.claim()
    assert outgoing is not None
    assert (outgoing.channel, outgoing.user, outgoing.zone, outgoing.address) == ("", "arun", "Asia/Kolkata", "29:arun")
    store.queues.settle(outgoing, Sent("m1", "D77"), NOW)
    store.does(Revise("a", card("b")))
    (edit,) = store.deliver()
    assert (edit.channel, edit.replaces, edit.user) == ("D77", "m1", "arun")
    store.does(Prefer(ARUN, Settings(zone="Asia/Tokyo")), Revise("a", card("c")))
    assert [one.zone for one in store.deliver()] == ["Asia/Tokyo"]


def test_links_lead_to_messages_of_this_workspace(store: Store) -> None:
    """A link names a message of ours that was sent; of another workspace it leads nowhere."""
    from bot.kernel.cards import Buttons, Link

    store.found(ELSEWHERE, (STRANGER,), STRANGER)
    linked = Card("Look", (Buttons((Link("There", "message:a"), Link("Theirs", "message:a@theirs"))),))
    store.does(Post("a", ELSEWHERE, card("a")), session="theirs", place=ELSEWHERE, by=STRANGER)
    store.does(Post("a", HERE, card("a")))
    store.deliver()
    store.does(Post("b", HERE, linked))
    (sent,) = store.deliver()
    assert sent.links == {"a": ("bridge", "m2")}


# what cannot be delivered


@pytest.mark.parametrize("lost", ["message", "place", "member", "workspace"])
def test_what_is_lost_is_learned(store: Store, lost: Any) -> None:
    """A message that can never arrive dies with its reason, its session is told, and what is gone is known."""
    store.does(
        Post("a", HERE if lost != "member" else TOMAS, card("a"), "asked"),
        Post("b", Place("local", "w", "c2"), card("b")),
    )
    outgoing = store.claim()
    assert outgoing is not None
    store.queues.settle(outgoing, Undeliverable("gone for good", lost), NOW)
    told = store.told()
    assert ("a", "gone for good") in [
        (what.get("name"), what.get("because")) for _, verb, what in told if verb == "undelivered"
    ]
    assert (("s1", "place_lost") in [(to, verb) for to, verb, _ in told]) is (lost in ("place", "workspace"))
    assert store.queues.knows(HERE) is (lost in ("message", "member"))
    reachable = {person.member: person.reachable for person in store.context(Roster()).roster}
    assert reachable[TOMAS] is (lost != "member")
    assert titles(store.deliver()) == ([] if lost == "workspace" else ["b"])


def test_of_a_change_that_is_refused_nobody_is_told(store: Store) -> None:
    """A message that is there stays what it was: its session does not take it for one that never arrived."""
    store.does(Post("a", TOMAS, card("a"), "asked"))
    store.deliver()
    store.does(Revise("a", card("b")))
    outgoing = store.claim()
    assert outgoing is not None
    assert outgoing.replaces is not None
    store.queues.settle(outgoing, Undeliverable("blocked", "member"), NOW)
    assert [what for _, verb, what in store.told() if verb == "undelivered"] == []
    assert store.outbox()[-1] == ("a", "dead", "blocked")


def test_whoever_can_be_reached_again_is(store: Store) -> None:
    """The first direct message that arrives makes a person reachable again."""
    store.does(Post("a", TOMAS, card("a"), "asked"))
    outgoing = store.claim()
    assert outgoing is not None
    store.queues.settle(outgoing, Undeliverable("blocked", "member"), NOW)
    store.does(Post("b", TOMAS, card("b"), "asked"))
    store.deliver()
    assert all(person.reachable for person in store.context(Roster()).roster)


@pytest.mark.parametrize("how", ["news", "a press in their own conversation"])
def test_what_is_theirs_hears_that_they_can_be_reached(store: Store, how: str) -> None:
    """Who adds the bot, or comes to it, is told to their own open sessions, once, and only if a message was refused."""
    part = SessionId("part")
    store.does(Begin(part, Page(), (Post("a", TOMAS, card("a"), "asked"),), TOMAS))

    def comes() -> None:
        if how == "news":
            store.engine.hear(Reachable(id=store.id(), member=TOMAS))
        else:
            store.engine.handle(press(TOMAS, Place("local", "w", "D", direct=True), "part", id=store.id()))

    comes()
    assert store.told() == []
    outgoing = store.claim()
    assert outgoing is not None
    store.queues.settle(outgoing, Undeliverable("blocked", "member"), NOW)
    store.told()
    comes()
    comes()
    assert [one for one in store.told() if one[1] == "reachable"] == [("part", "reachable", {"member": TOMAS.key()})]
    assert all(person.reachable for person in store.context(Roster()).roster)


@pytest.mark.parametrize("how", ["news", "a message that arrives"])
def test_what_is_of_their_teams_hears_that_they_can_be_reached(store: Store, how: str) -> None:
    """Every open session of every team they are in hears it, once: not of a team they left, of another workspace,
    what is over, or what is somebody's own.
    """
    second, left = Place("local", "w", "second"), Place("local", "w", "left")
    store.found(second, (LENA, TOMAS))
    store.found(left, (LENA, TOMAS))
    store.engine.hear(Left(id=store.id(), place=left, member=TOMAS))
    twin = Member("local", "other", TOMAS.user)
    store.found(ELSEWHERE, (STRANGER, twin), STRANGER)
    own = Begin(SessionId("part"), Page(), (Post("a", TOMAS, card("a"), "asked"),), TOMAS)
    store.does(own)
    for session, place in (("s2", second), ("s3", left), ("over", HERE)):
        store.does(session=session, place=place)
    store.does(session="theirs", place=ELSEWHERE, by=STRANGER)
    store.engine.handle(press(LENA, HERE, "over", line="shut", id="shut"))
    outgoing = store.claim()
    assert outgoing is not None
    store.queues.settle(outgoing, Undeliverable("blocked", "member"), NOW)
    store.told()
    if how == "news":
        store.engine.hear(Reachable(id=store.id(), member=TOMAS))
        store.engine.hear(Reachable(id=store.id(), member=TOMAS))
    else:
        store.does(Post("b", TOMAS, card("b"), "asked"))
        store.deliver()
    heard = [(session, what) for session, verb, what in store.told() if verb == "member_reachable"]
    assert sorted(heard, key=str) == [(session, {"member": TOMAS.key()}) for session in ("s1", "s2")]


# sessions


def test_who_saves_second_decides_again(store: Store) -> None:
    """A save on a version that has moved on raises; the engine then decides on the new state."""
    store.does()
    with store.database.unit() as unit:
        stored = unit.load(SessionId("s1"), ("local", "w"))
    assert isinstance(store.engine.handle(press(line="mine", id="1")), Whisper)
    with store.database.unit() as unit:
        unit.load(SessionId("s1"), ("local", "w"))
        with pytest.raises(StaleSessionError):
            unit.save(stored, Page(("late",)), over=False, parent=NO_SESSION, member=None, now=NOW)


def test_presses_at_once_are_all_written(store: Store) -> None:
    """Three people press at one moment; every line is on the page, none twice."""
    store.does()
    presses = [press(by, line=by.user, id=by.user) for by in (LENA, TOMAS, ARUN)]
    results = at_once(*[lambda one=one: store.engine.handle(one) for one in presses])
    assert not [one for one in results if isinstance(one, Exception)]
    with store.database.unit() as unit:
        assert sorted(unit.load(SessionId("s1"), ("local", "w")).state.lines) == ["arun", "lena", "tomas"]


def test_two_that_open_one_session_open_it_once(store: Store) -> None:
    """A session that two decisions open at once is opened by one of them."""

    def open_it() -> None:
        with store.database.unit() as unit:
            stored = replace(unit.load(SessionId("new"), ("local", "w")), activity="pages")
            unit.save(stored, Page(), over=False, parent=NO_SESSION, member=None, now=NOW)
            unit.commit()

    results = at_once(open_it, open_it)
    assert sorted(type(one).__name__ for one in results) in (["NoneType", "StaleSessionError"],) or results == [
        None,
        None,
    ]
    assert store.rows("SELECT version FROM session WHERE id = 'new'") in ([(1,)], [(2,)])


# scoping


def test_a_session_of_another_workspace_is_not_there(store: Store) -> None:
    """A token from another workspace finds no session, no team and no level here, and changes nothing."""
    store.found(ELSEWHERE, (STRANGER,), STRANGER)
    store.told()
    store.does()
    with store.database.unit() as unit:
        assert unit.load(SessionId("s1"), ("local", "other")).version == 0
    context = store.context(Roster(), Sessions(), Facts("fact"), by=STRANGER, place=ELSEWHERE, session="s1")
    assert (context.team, context.roster, context.sessions, context.level) == (None, (), (), Level.ANYONE)
    store.engine.handle(press(STRANGER, ELSEWHERE, line="forged"))
    with store.database.unit() as unit:
        assert unit.load(SessionId("s1"), ("local", "w")).state == Page()


def test_one_channel_id_in_two_workspaces_is_two_teams(store: Store) -> None:
    """Team, roster, facts and lanes of a channel are of its workspace alone."""
    there = store.found(ELSEWHERE, (STRANGER,), STRANGER)
    assert there != store.team()
    store.does(Keep("fact", "k", {"of": "here"}), Post("a", HERE, card("a")))
    store.does(
        Keep("fact", "k", {"of": "there"}), Post("a", ELSEWHERE, card("a")), session="s2", place=ELSEWHERE, by=STRANGER
    )
    assert [one.row["of"] for one in store.context(Facts("fact")).facts("fact")] == ["here"]
    assert [one.row["of"] for one in store.context(Facts("fact"), by=STRANGER, place=ELSEWHERE).facts("fact")] == [
        "there"
    ]
    assert {person.member for person in store.context(Roster(), by=STRANGER, place=ELSEWHERE).roster} == {STRANGER}
    assert {one.workspace for one in (store.claim(), store.claim()) if one} == {"w", "other"}


def test_facts_of_no_team_are_of_one_workspace(store: Store) -> None:
    """Two people of one id in two workspaces keep a fact under one key in direct messages, each their own."""
    for by, place in (
        (LENA, Place("local", "w", "D", direct=True)),
        (STRANGER, Place("local", "other", "D", direct=True)),
    ):
        with store.database.unit() as unit:
            inbound = press(by, place, "", id=f"k{by.workspace}")
            unit.context_for(inbound, (), NOW)
            unit.schedule(SessionId("d" + by.workspace), "pages", (Keep("fact", "k", {"of": by.workspace}, by),), NOW)
            unit.commit()
    for by in (LENA, STRANGER):
        direct = Place("local", by.workspace, "D", direct=True)
        assert [one.row["of"] for one in store.context(Facts("fact", "member"), by=by, place=direct).facts("fact")] == [
            by.workspace
        ]


def test_a_name_is_read_where_its_person_is(store: Store) -> None:
    """Names come from the workspace of the person that is named."""
    store.found(ELSEWHERE, (STRANGER,), STRANGER)
    store.engine.hear(ProfileChanged(id="p", person=Profile(STRANGER, "Magdalena")))
    store.does(Post("a", HERE, Card(f"{who(LENA)} and {who(STRANGER)}")))
    assert titles(store.deliver()) == ["Lena and Magdalena"]


# facts


def test_facts_are_found_in_each_scope(store: Store) -> None:
    """A kept fact is found by team, session, and member, newest first, and forgotten by key or by session."""
    store.does(Keep("fact", "a", {"n": 1}, LENA))
    store.passes(minutes=1)
    store.does(Keep("fact", "b", {"n": 2}, TOMAS), Keep("other", "a", {"n": 9}))
    store.does(Keep("fact", "c", {"n": 3}, timeless=True), session="s2")

    def found(of: Any, **more: Any) -> list[int]:
        return [one.row["n"] for one in store.context(Facts("fact", of), **more).facts("fact")]

    assert sorted(found("team")) == [1, 2, 3]
    assert found("session", session="s1") == [2, 1]
    assert found("member") == [1]
    assert found("member", by=TOMAS, place=DIRECT) == [2]
    store.does(Keep("fact", "a", {"n": 7}, LENA), Forget("fact", "b"))
    assert found("member") == [7]
    store.does(Forget("fact"))
    assert found("team") == [3]
    (kept,) = store.context(Facts("fact")).facts("fact")
    assert (kept.at, kept.member) == (None, None)


def test_one_kind_may_be_needed_in_two_scopes(store: Store) -> None:
    """Facts of one kind asked for of the team and of the session are all there, each once."""
    store.does(Keep("fact", "a", {"n": 1}))
    store.does(Keep("fact", "b", {"n": 2}), session="s2")
    context = store.context(Facts("fact", "session"), Facts("fact"), session="s1")
    assert sorted(one.row["n"] for one in context.facts("fact")) == [1, 2]


def test_nobody_is_not_everybody(store: Store) -> None:
    """A timer has no actor: facts and sessions "of the member" are none then, not those of no member."""
    store.does(Keep("fact", "a", {"n": 1}), SetTimer("turn", NOW))
    due = store.queues.due(NOW)
    assert due is not None
    with store.database.unit() as unit:
        context = unit.context_for(due, (Facts("fact", "member"), Sessions(of="member"), Facts("fact", "parent")), NOW)
    assert (context.facts("fact"), context.sessions) == ((), ())


def test_open_sessions_are_listed(store: Store) -> None:
    """Sessions of the team by activity, and of a member over all teams; finished ones are not listed."""
    store.does()
    store.does(session="d1", activity="deaf")
    assert {one.id for one in store.context(Sessions()).sessions} == {"s1", "d1"}
    assert [one.id for one in store.context(Sessions("deaf")).sessions] == ["d1"]
    store.engine.handle(press(line="shut"))
    assert [one.id for one in store.context(Sessions()).sessions] == ["d1"]


def test_a_part_begins_once_and_may_be_over_at_once(store: Store) -> None:
    """A session begun under another is there with its effects, once; begun in its last phase it is not open."""
    effects = (Keep("fact", "a", {"n": 1}), SetTimer("turn", NOW))
    store.does(Begin(SessionId("part"), Page(), effects), Begin(SessionId("part"), Page(("again",))))
    store.does(Begin(SessionId("filed"), Full(("all",))))
    assert {one.id for one in store.context(Sessions()).sessions} == {"s1", "part"}
    assert [one.session for one in store.context(Facts("fact")).facts("fact")] == ["part"]
    assert store.rows("SELECT parent, state FROM session WHERE id = 'filed'") == [
        ("s1", '{"lines":["all"],"phase":"full"}')
    ]


def test_who_asks_to_be_forgotten_is(store: Store) -> None:
    """Facts, settings, name, waiting messages go, open sessions that listen are told; others keep theirs."""
    store.does(
        Keep("fact", "a", {"n": 1}, LENA),
        Keep("fact", "b", {"n": 2}, TOMAS),
        Prefer(LENA, Settings(zone="Asia/Tokyo")),
        Post("dm", LENA, card("dm"), "asked"),
        Post("only", Only(LENA, HERE), card("only"), "hint"),
        Post("all", HERE, Card(f"By {who(LENA)}")),
    )
    store.does(session="d1", activity="deaf")
    store.does(Erase(LENA), session="s2")
    assert [one.row["n"] for one in store.context(Facts("fact")).facts("fact")] == [2]
    assert store.context().actor.settings == Settings()  # type: ignore[union-attr]
    assert titles(store.deliver()) == ["By former member"]
    assert {(to, verb, what["member"]) for to, verb, what in store.told()} == {
        ("s1", "forget", "local/w/lena"),
        ("s2", "forget", "local/w/lena"),
    }


def test_what_a_member_prefers_and_a_team_adjusts_is_read_back(store: Store) -> None:
    """Settings, standing in the team, and the team's own zone are as they were last set."""
    store.does(
        Prefer(LENA, Settings(daily=3)),
        Enrol(TOMAS, takes_part=False, owner=True),
        Adjust(zone="Asia/Tokyo", ready=True),
    )
    context = store.context(Roster())
    assert context.actor is not None
    assert context.team is not None
    assert (context.actor.settings.daily, context.team.zone, context.team.ready) == (3, "Asia/Tokyo", True)
    tomas = context.person(TOMAS)
    assert tomas is not None
    assert (tomas.takes_part, tomas.owner) == (False, True)


# people


def test_a_team_is_founded_by_its_roster(store: Store) -> None:
    """Everybody there at the start is founding; who brought the bot owns the team, and their zone is the team's."""
    place = Place("local", "w", "new")
    store.found(place, (ARUN, LENA, TOMAS), by=TOMAS, zones=("Asia/Kolkata", "Europe/Berlin", "America/Toronto"))
    context = store.context(Roster(), by=TOMAS, place=place)
    assert context.team is not None
    assert (context.team.zone, context.team.name, context.level) == ("America/Toronto", "new", Level.OWNER)
    assert all(person.founding and person.takes_part for person in context.roster)
    assert [person.member for person in context.roster if person.owner] == [TOMAS]
    assert (f"pages.{store.team(place)}", "founded", {"by": TOMAS.key()}) in store.told()


def test_a_roster_read_again_finds_who_came_and_went(store: Store) -> None:
    """Read later, who is new has joined, who is missing has left, the owner stays; sessions are told of each."""
    store.does()
    store.passes(days=1)
    nela = Member("local", "w", "nela")
    store.found(people=(LENA, nela), by=nela)
    assert {(verb, what["member"]) for _, verb, what in store.told()} == {
        ("joined", nela.key()),
        ("left", TOMAS.key()),
        ("left", ARUN.key()),
    }
    roster = {person.member: person for person in store.context(Roster()).roster}
    assert (set(roster), roster[nela].founding, roster[nela].owner) == ({LENA, nela}, False, False)
    assert roster[LENA].owner


def test_pages_of_one_roster_found_one_team(store: Store) -> None:
    """A big channel read in pages: nobody has left by not being on a page, nobody of a later page is a newcomer."""
    place = Place("local", "w", "big")
    first, second = ([Member("local", "w", f"u{n}") for n in part] for part in (range(3), range(3, 6)))
    for n, people in enumerate((first, second)):
        profiles = tuple(Profile(member, member.user) for member in people)
        store.engine.hear(RosterRead(id=f"page{n}", place=place, name="big", people=profiles, by=first[0], whole=False))
    roster = store.context(Roster(), by=first[0], place=place).roster
    assert len(roster) == 6
    assert all(person.founding for person in roster)
    assert [verb for _, verb, _ in store.told()] == ["founded"]


def test_two_that_read_one_roster_at_once_found_one_team(store: Store) -> None:
    """Two processes that meet a channel at one moment make one team of it, with one owner."""
    place = Place("local", "w", "twice")

    def hear(n: int) -> None:
        profiles = (Profile(LENA, "Lena"), Profile(TOMAS, "Tomas"))
        store.engine.hear(RosterRead(id=f"r{n}", place=place, name="twice", people=profiles, by=(LENA, TOMAS)[n]))

    assert at_once(lambda: hear(0), lambda: hear(1)) == [None, None]
    assert len(store.rows("SELECT id FROM team WHERE channel = 'twice'")) == 1
    assert sum(person.owner for person in store.context(Roster(), place=place).roster) == 1


def test_guests_and_bots(store: Store) -> None:
    """Guests are in the team without taking part, however they come; bots and the deactivated are not in it."""
    guest, robot, gone, pressing = (Member("local", "w", name) for name in ("guest", "robot", "gone", "pressing"))
    for profile in (
        Profile(guest, "Guest", guest=True),
        Profile(robot, "Robot", bot=True),
        Profile(gone, "Gone", active=False),
    ):
        store.engine.hear(Joined(id=profile.name, place=HERE, person=profile))
    store.engine.hear(ProfileChanged(id="g", person=Profile(pressing, "Pressing", guest=True)))
    store.does(by=pressing)
    roster = {person.member.user: person.takes_part for person in store.context(Roster()).roster}
    assert roster == {"lena": True, "tomas": True, "arun": True, "guest": False, "pressing": False}


def test_who_leaves_and_comes_back_is_the_same(store: Store) -> None:
    """Leaving takes somebody out of the roster, coming back in, with the day they first joined."""
    store.does()
    store.engine.hear(Left(id="l", place=HERE, member=TOMAS))
    assert TOMAS not in {person.member for person in store.context(Roster()).roster}
    assert store.context(by=TOMAS, place=DIRECT).team is None
    store.passes(days=9)
    store.engine.hear(Joined(id="j", place=HERE, person=Profile(TOMAS, "Tomas")))
    back = store.context(Roster()).person(TOMAS)
    assert back is not None
    assert (back.joined, back.founding) == (NOW, True)
    assert [verb for _, verb, _ in store.told()] == ["left", "joined"]


def test_who_presses_in_the_channel_is_in_the_team(store: Store) -> None:
    """Somebody unknown who acts in a team's channel joins it by that, and sessions are told."""
    store.does()
    nela = Member("local", "w", "nela")
    store.engine.handle(press(nela, line="hello"))
    assert store.context(by=nela).level is Level.MEMBER
    assert ("s1", "joined", {"member": nela.key()}) in store.told()


def test_the_deactivated_leave_every_team(store: Store) -> None:
    """An account that is closed is in no roster any more."""
    other = Place("local", "w", "other")
    store.found(other)
    store.engine.hear(ProfileChanged(id="p", person=Profile(TOMAS, "Tomas", active=False)))
    for place in (HERE, other):
        assert TOMAS not in {person.member for person in store.context(Roster(), place=place).roster}


def test_a_renamed_person_and_channel_are_called_by_the_new_name(store: Store) -> None:
    """Names are filled in when a message leaves, so what was decided before a change carries the new name."""
    store.does(
        Post(
            "a",
            HERE,
            Card(f"{who(LENA)} at {when(NOW)}", (Text(f"{who(TOMAS)} and {who(Member('local', 'w', 'ghost'))}"),)),
        )
    )
    store.engine.hear(ProfileChanged(id="p", person=Profile(LENA, "Magdalena \ue000w:x\ue001")))
    store.engine.hear(PlaceRenamed(id="r", place=HERE, name="deck"))
    (sent,) = store.deliver()
    assert sent.card is not None
    assert sent.card.fallback("Europe/Berlin") == "Magdalena w:x at 09:30. Tomas and former member."
    assert store.context().team.label == "#deck"  # type: ignore[union-attr]


def test_a_place_that_moves_takes_everything_along(store: Store) -> None:
    """A channel's new id holds for its team, for what is decided and not sent, and for what its sessions know."""
    store.does(Post("a", HERE, Card("Waiting")))
    moved = Place(HERE.platform, HERE.workspace, "elsewhere")
    store.engine.hear(PlaceMoved(id="m", place=HERE, channel="elsewhere"))
    store.engine.hear(PlaceMoved(id="m2", place=HERE, channel="elsewhere"))
    (sent,) = store.deliver()

    assert sent.channel == "elsewhere"
    team = store.context(place=moved).team
    assert team is not None
    assert team.place == moved
    assert store.context().team is None


def test_a_place_is_lost_once_and_found_once(store: Store) -> None:
    """Sessions hear of a lost place and of its return once each, also when the roster is simply read again."""
    store.does()
    for n in range(2):
        store.engine.hear(PlaceLost(id=f"l{n}", place=HERE, because="archived"))
    assert not store.queues.knows(HERE)
    assert store.queues.places("local") == ()
    assert [verb for _, verb, _ in store.told()] == ["place_lost"]
    for n in range(2):
        store.engine.hear(PlaceFound(id=f"f{n}", place=HERE))
    assert [verb for _, verb, _ in store.told()] == ["place_found"]
    store.engine.hear(PlaceLost(id="l9", place=HERE, because="removed"))
    store.found()
    assert [verb for _, verb, _ in store.told()] == ["place_lost", "place_found"]
    assert store.queues.places("local") == (HERE,)


def test_a_lost_workspace_falls_silent(store: Store) -> None:
    """When a workspace is gone its messages die with the reason; another workspace goes on."""
    store.found(ELSEWHERE, (STRANGER,), STRANGER)
    store.does(Post("a", HERE, card("a")))
    store.does(Post("b", ELSEWHERE, card("b")), session="s2", place=ELSEWHERE, by=STRANGER)
    store.engine.hear(WorkspaceLost(id="w", platform="local", workspace="w", because="uninstalled"))
    assert titles(store.deliver()) == ["b"]
    assert store.outbox()[0] == ("a", "dead", "uninstalled")
    assert store.queues.places("local") == (ELSEWHERE,)


# heartbeat and sweep

OUTAGE = timedelta(seconds=30)


def test_an_outage_is_told_before_any_timer(store: Store) -> None:
    """After a gap, each open session that listens hears first since when nobody was there."""
    store.does(SetTimer("turn", NOW + timedelta(seconds=40)))
    store.does(session="d1", activity="deaf")
    assert store.queues.beat(NOW, OUTAGE) is None
    store.passes(seconds=30)
    assert store.queues.beat(store.now, OUTAGE) is None
    store.passes(seconds=70)
    assert store.queues.beat(store.now, OUTAGE) == timedelta(seconds=70)
    assert store.queues.beat(store.now, OUTAGE) is None
    first = store.queues.due(store.now)
    assert first is not None
    assert first.verb == "told:resumed"
    assert store.told() == [("s1", "resumed", {"down_from": (NOW + timedelta(seconds=30)).isoformat()})]


def test_two_that_start_together_notice_one_outage(store: Store) -> None:
    """Of two processes that start at one moment after a gap, one notices it."""
    store.does()
    store.queues.beat(NOW, OUTAGE)
    store.passes(minutes=5)
    results = at_once(*[lambda: store.queues.beat(store.now, OUTAGE)] * 2)
    assert sorted(results, key=str) == [timedelta(minutes=5), None]
    assert len(store.told()) == 1


def test_down_again_before_it_was_heard_is_one_outage(store: Store) -> None:
    """Two gaps with no time between them to say anything are told once, from the first moment on."""
    store.does()
    store.queues.beat(NOW, OUTAGE)
    for _ in range(2):
        store.passes(minutes=5)
        store.queues.beat(store.now, OUTAGE)
    assert store.told() == [("s1", "resumed", {"down_from": NOW.isoformat()})]


def test_after_an_outage_what_was_under_way_is_tried_at_once(store: Store) -> None:
    """When nobody was there, nobody is still sending, so no conversation waits for a lease to run out."""
    store.queues.beat(NOW, OUTAGE)
    store.does(Post("a", HERE, card("a")))
    assert store.claim() is not None
    store.passes(seconds=40)
    assert store.claim() is None
    store.queues.beat(store.now, OUTAGE)
    again = store.claim()
    assert again is not None
    assert again.doubtful


def test_the_sweep_forgets_old_arrivals_only(store: Store) -> None:
    """An arrival is remembered for three days and then forgotten; what waits is never swept."""
    store.does(Post("a", HERE, card("a"), at=NOW + timedelta(days=30)))
    with store.database.unit() as unit:
        unit.claim(press(id="old"), NOW)
        unit.commit()
    store.queues.sweep(NOW + timedelta(days=3))
    with store.database.unit() as unit:
        assert not unit.claim(press(id="old"), NOW)
    store.queues.sweep(NOW + timedelta(days=4))
    with store.database.unit() as unit:
        assert unit.claim(press(id="old"), NOW)
    store.passes(days=30)
    assert titles(store.deliver()) == ["a"]


def test_waiting_counts_what_is_not_done(store: Store) -> None:
    """The number of messages decided and not yet sent is what /healthz shows."""
    store.does(Post("a", HERE, card("a")), Post("b", HERE, card("b"), at=NOW + timedelta(days=1)))
    assert store.queues.waiting() == 2
    store.deliver()
    assert store.queues.waiting() == 1


def test_what_is_in_doubt_counts_for_the_day(store: Store) -> None:
    """A question that may have arrived before a death stays counted, even if its second try has to wait."""
    store.does(Post("first", LENA, card("first"), "prompt", why="You are in it."))
    assert store.claim() is not None  # and the process dies
    store.passes(seconds=90)
    again = store.claim()
    assert again is not None
    assert again.doubtful
    store.queues.settle(again, TryLater("503", timedelta(seconds=1)), store.now)
    store.does(Post("second", LENA, card("second"), "prompt", why="You are in it."))
    store.passes(seconds=1)
    assert titles(store.deliver()) == ["first"]


def test_what_is_refused_at_its_second_try_counts_for_the_day(store: Store) -> None:
    """A message that may have arrived before a death, and is refused then, still counts: no other comes that day."""
    store.does(Post("prompt", LENA, card("first"), "prompt", why="You are in."))
    assert store.claim() is not None
    store.passes(minutes=2)
    again = store.claim()
    assert again is not None
    assert again.doubtful
    store.queues.settle(again, Undeliverable("cannot_dm_bot"), store.now)
    store.does(Post("prompt", LENA, card("second"), "prompt", why="You are in."), session="s2")
    assert store.claim() is None


def test_a_reminder_in_doubt_counts_for_the_week(store: Store) -> None:
    """A reminder that may have arrived before a death is not repeated, and still counts as sent."""
    store.does(Post("nudge", LENA, card("nudge"), "reminder", why="You are in it."))
    assert store.claim() is not None  # and the process dies
    store.passes(seconds=90)
    assert store.claim() is None
    store.does(Post("ask", LENA, card("ask"), "prompt", why="You are in it."))
    assert titles(store.deliver()) == []
    store.passes(days=1)
    assert titles(store.deliver()) == ["ask"]


def test_reminders_in_doubt_in_one_message_are_not_repeated(store: Store) -> None:
    """Two reminders in one message that may have arrived before a death both count as sent; neither comes again."""
    for name in ("one", "two"):
        store.does(Post(name, LENA, card(name), "reminder", why="You are in it."))
    assert store.claim() is not None  # and the process dies
    store.passes(seconds=90)
    assert store.claim() is None
    store.passes(days=1)
    assert store.deliver() == []
    assert store.rows("SELECT COUNT(*) FROM kept WHERE kind = 'sent'") == [(2,)]


@pytest.mark.parametrize("order", [("reminder", "prompt"), ("prompt", "reminder")])
def test_a_question_in_doubt_beside_a_reminder_is_asked(store: Store, order: tuple[Kind, Kind]) -> None:
    """A message with something worth repeating goes again whole, as itself, so that a messenger can look for it."""
    for kind in order:
        store.does(Post(kind, LENA, card(kind), kind, why="You are in it."))
    first = store.claim()
    assert first is not None
    store.passes(seconds=90)
    again = store.claim()
    assert again is not None
    assert (again.key, again.doubtful) == (first.key, True)
    assert again.card is not None
    assert "prompt" in again.card.fallback()
    store.queues.settle(again, Sent("m1"), store.now)
    assert store.deliver() == []


@pytest.mark.parametrize("kind", ["prompt", "asked"])
def test_what_is_in_doubt_for_somebody_forgotten_is_not_sent_again(store: Store, kind: Kind) -> None:
    """Whoever asked to be forgotten while a message was under way at a death gets nothing; nobody waits for it."""
    store.does(Post("q", LENA, card("secret"), kind, why="You are in it."))
    assert store.claim() is not None
    store.does(Erase(LENA))
    assert not [row for row in store.rows("SELECT card FROM outbox") if "secret" in row[0]]
    store.passes(minutes=2)
    assert store.claim() is None
    assert store.outbox()[0] == ("q", "dead", "nothing of it is left")
    store.does(Post("next", HERE, card("next")))
    assert titles(store.deliver()) == ["next"]


def test_the_longest_window_holds_for_what_is_in_doubt(store: Store) -> None:
    """A question in doubt is not lost because another one in the same message is too late by now."""
    store.does(Post("brief", LENA, card("brief"), "prompt", why="You are in it.", until=NOW + timedelta(minutes=1)))
    store.does(Post("long", LENA, card("long"), "prompt", why="You are in it.", until=NOW + timedelta(hours=2)))
    first = store.claim()
    assert first is not None
    store.passes(seconds=90)
    again = store.claim()
    assert again is not None
    assert (again.key, again.doubtful) == (first.key, True)


def test_what_goes_in_one_message_survives_a_refusal_for_now(store: Store) -> None:
    """Two things for somebody that the platform did not take at once are both there when it does."""
    for name in ("one", "two"):
        store.does(Post(name, LENA, card(name), "prompt", why="You are in it."))
    first = store.claim()
    assert first is not None
    store.queues.settle(first, TryLater("429", timedelta(seconds=30)), store.now)
    store.passes(seconds=30)
    (sent,) = store.deliver()
    assert sent.card is not None
    assert "one" in sent.card.fallback()
    assert "two" in sent.card.fallback()


def test_what_is_in_doubt_keeps_to_the_hours(store: Store) -> None:
    """A question that may have arrived before a long outage is not asked at night: in the morning, or not at all."""
    morning = NOW + timedelta(days=1) - timedelta(minutes=30)
    store.does(Post("stays", LENA, card("stays"), "prompt", why="You are in it.", until=NOW + timedelta(days=2)))
    store.does(Post("ends", TOMAS, card("ends"), "prompt", why="You are in it.", until=NOW + timedelta(hours=14)))
    assert store.claim() is not None
    assert store.claim() is not None  # and the process dies
    store.passes(hours=12)
    assert store.claim() is None
    store.now = morning - timedelta(minutes=1)
    assert store.claim() is None
    store.now = morning
    again = store.claim()
    assert again is not None
    assert (again.card and again.card.title, again.doubtful) == ("stays", True)
    assert store.claim() is None
