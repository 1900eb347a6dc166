"""Facts found again by their words, on SQLite's and PostgreSQL's own full-text search alike."""

from __future__ import annotations

import pytest

from bot.kernel.activity import Need, Search
from bot.kernel.effects import Effect, Erase, Forget, Keep
from bot.kernel.inbound import CommandIssued, Inbound
from tests.storage.stores import HERE, LENA, NOW, Store


def rest(inbound: Inbound) -> str:
    return inbound.rest if isinstance(inbound, CommandIssued) else ""


def filed(key: str, words: str, **more: object) -> Keep:
    return Keep("filed", key, {"text": words}, words=words, **more)  # type: ignore[arg-type]


def found(store: Store, words: str) -> list[str]:
    """The keys of what a search finds, newest first."""
    arrived: Inbound = CommandIssued(id=words, actor=LENA, place=HERE, activity="pages", verb="open", rest=words)
    needs: tuple[Need, ...] = (Search("filed", rest),)
    with store.database.unit() as unit:
        return [fact.key for fact in unit.context_for(arrived, needs, NOW).facts("filed")]


@pytest.fixture
def archive(store: Store) -> Store:
    store.does(
        filed("a", "Handover: the list is in three places, übergabe-Plan"),
        filed("b", "We drop the Friday meeting. 2 people objected"),
        filed("c", "Café budget; it's O'Neill's list", member=LENA),
        Keep("other", "d", {"text": "list"}, words="list"),
    )
    return store


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("list", ["a", "c"]),
        ("LIST three", ["a"]),
        ("meet", ["b"]),
        ("ubergabe", ["a"]),
        ("ÜBERGABE plan", ["a"]),
        ("café", ["c"]),
        ("o'neill", ["c"]),
        ("2 people", ["b"]),
        ("nothing like it", []),
        ("", ["a", "b", "c"]),
        ("'; DROP TABLE kept; --", []),
        ('" OR "*', []),
        ("list & !three | (", ["a"]),
        ("NEAR(list three)", []),
    ],
)
def test_a_search_finds_what_has_all_the_words(archive: Store, words: str, keys: list[str]) -> None:
    """Every word counts, also its beginning, whatever its case or accents; no word is ever an operator."""
    assert sorted(found(archive, words)) == keys


def test_what_is_changed_is_found_by_its_new_words_only(archive: Store) -> None:
    """Keeping a fact again takes its old words away."""
    archive.does(filed("a", "Something else"))
    assert found(archive, "handover") == []
    assert found(archive, "else") == ["a"]


@pytest.mark.parametrize("effect", [Forget("filed", "c"), Erase(LENA)])
def test_what_is_gone_is_not_found(archive: Store, effect: Effect) -> None:
    """A deleted fact leaves no words behind, however it was deleted."""
    archive.does(effect)
    assert found(archive, "budget") == []
    if not archive.connections.postgres:
        with archive.connections.transaction() as db:
            assert db.rows("SELECT key FROM kept_words WHERE kept_words MATCH 'budget'") == []


def test_the_words_of_the_forgotten_leave_the_index(archive: Store) -> None:
    """Once somebody is forgotten, no file of the search holds a word that only they wrote."""
    archive.does(Erase(LENA))
    archive.does(Erase(LENA, last=True))
    assert found(archive, "places") == ["a"]
    if not archive.connections.postgres:
        with archive.connections.transaction() as db:
            blocks = b"".join(bytes(block) for (block,) in db.rows("SELECT block FROM kept_words_data"))
        assert b"friday" in blocks
        assert b"budget" not in blocks
