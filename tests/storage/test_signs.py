"""What a store promises of what is no message: the last wish counts, and nothing of it holds up a message."""

from __future__ import annotations

from datetime import timedelta

from bot.engine.ports import Sent, TryLater, Undeliverable
from bot.kernel.activity import Facts
from bot.kernel.effects import Post, PutUp
from bot.kernel.ids import Place
from bot.kernel.inbound import Abilities, PlaceMoved
from bot.kernel.signs import ABLE, Canvas, Group, Topic
from bot.kernel.words import who
from storage.reach import Reach
from tests.storage.stores import ARUN, HERE, LENA, NOW, Store, card, titles
from tests.storage.stores import store as store

OTHER = Place("local", "w", "sales")


def test_only_the_last_wish_is_put_up(store: Store) -> None:
    """Two changes before the first was sent are one, of the last; another name is another sign."""
    store.does(PutUp("topic", Topic("Host: A"), HERE), PutUp("group", Group("lead", "Host", (LENA,)), HERE))
    store.does(PutUp("topic", Topic("Host: B"), HERE))
    assert [one.sign for one in store.deliver()] == [Topic("Host: B"), Group("lead", "Host", (LENA,))]
    store.does(PutUp("topic", Topic(""), HERE))
    assert [one.sign for one in store.deliver()] == [Topic("")]


def test_names_are_filled_in_when_it_is_put_up(store: Store) -> None:
    """A topic names people as they are called when it is sent."""
    store.does(PutUp("topic", Topic(f"Host: {who(LENA)}"), HERE))
    assert [one.sign for one in store.deliver()] == [Topic("Host: Lena")]


def test_it_holds_up_no_message(store: Store) -> None:
    """While the platform wants a sign to wait, the channel's messages go on; the sign comes when it may."""
    store.does(PutUp("topic", Topic("Host: A"), HERE))
    sign = store.claim()
    assert sign is not None
    store.queues.settle(sign, TryLater("slow down", timedelta(minutes=5)), NOW)
    store.does(Post("a", HERE, card("a")))
    assert titles(store.deliver()) == ["a"]
    store.passes(minutes=6)
    assert [one.sign for one in store.deliver()] == [Topic("Host: A")]


def test_a_change_while_one_is_sent_comes_after_it(store: Store) -> None:
    """What is wished while a sign is on its way is put up next, never before it."""
    store.does(PutUp("topic", Topic("Host: A"), HERE))
    first = store.claim()
    assert first is not None
    store.does(PutUp("topic", Topic("Host: B"), HERE))
    assert store.claim() is None
    store.queues.settle(first, Sent(""), NOW)
    assert [one.sign for one in store.deliver()] == [Topic("Host: B")]


def test_after_a_death_it_is_put_up_again(store: Store) -> None:
    """A process that dies over a sign leaves it to the next one, as often as it takes."""
    store.does(PutUp("topic", Topic("Host: A"), HERE))
    assert store.claim() is not None
    store.passes(minutes=5)
    assert [one.sign for one in store.deliver()] == [Topic("Host: A")]


def test_a_refusal_is_told_in_words_and_nothing_is_lost(store: Store) -> None:
    """The session hears the sentence for people; channel, person and workspace stay as they are."""
    store.does(PutUp("topic", Topic("Host: A"), HERE))
    sign = store.claim()
    assert sign is not None
    store.queues.settle(sign, Undeliverable("missing_scope", words="A right is missing."), NOW)
    assert store.told() == [("s1", "put_up", {"name": "topic", "refused": "A right is missing."})]
    assert store.outbox() == [("topic", "dead", "missing_scope")]
    assert store.queues.knows(HERE)


def test_a_page_tells_its_address(store: Store) -> None:
    """What has an address is told it; a topic, which has none, tells nothing."""
    store.does(PutUp("page", Canvas("Archive", "# All"), HERE), PutUp("topic", Topic("x"), HERE))
    for outcome in (Sent("https://page.example/1"), Sent("")):
        sign = store.claim()
        assert sign is not None
        store.queues.settle(sign, outcome, NOW)
    assert store.told() == [("s1", "put_up", {"name": "page", "link": "https://page.example/1"})]


def test_what_a_workspace_allows_is_of_the_workspace(store: Store) -> None:
    """Every team of a workspace reads it, those of others do not; news of it take the place of what was known."""
    store.found(OTHER, (ARUN,), ARUN)

    def able(place: Place = HERE) -> dict[str, str]:
        facts = store.context(Facts(ABLE, of="workspace"), by=ARUN, place=place).facts(ABLE)
        return {fact.key: fact.row["missing"] for fact in facts}

    for workspace, missing in (("w", {"topic": "", "group": "x"}), ("w", {"topic": "y"}), ("v", {"canvas": ""})):
        store.engine.hear(Abilities(id=store.id(), platform="local", workspace=workspace, missing=missing))
    assert able() == able(OTHER) == {"topic": "y"}


def test_a_channel_with_another_id_keeps_what_was_noted(store: Store) -> None:
    """A sign that stood in a channel is known for ours under the channel's new id, and so is its group."""
    reach = Reach(store.connections)
    for place, how in (("topic:bridge", "11:abc"), ("group:lead", "bridge"), ("bridge", "x"), ("topic:sales", "y")):
        reach.note("local", "w", place, "", how)
    store.does(PutUp("topic", Topic("Host: A"), HERE))
    store.engine.hear(PlaceMoved(id=store.id(), place=HERE, channel="C2"))
    found = {place: reach.find("local", "w", place) for place in ("topic:C2", "group:lead", "bridge", "topic:sales")}
    assert found == {"topic:C2": "11:abc", "group:lead": "C2", "bridge": "x", "topic:sales": "y"}
    assert [one.channel for one in store.deliver()] == ["C2"]
