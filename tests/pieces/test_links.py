"""Which links are the same, which are refused, and what they are called."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pieces import links

STEPS = st.text("abcXYZ09-_", min_size=1, max_size=8)
PATHS = st.lists(STEPS, max_size=4).map("/".join)
TRACKED = st.sampled_from(["utm_source=chat", "fbclid=1", "gclid=x", "utm_medium="])


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/guide/",
        "HTTPS://Example.ORG/guide",
        "http://example.org/guide",
        "https://example.org:443/guide",
        "https://example.org/guide#part-two",
        "https://example.org/guide?utm_source=chat&utm_campaign=x",
        "<https://example.org/guide>",
        "https://example.org/guide.",
        "example.org/guide",
    ],
)
def test_the_same_page_however_it_was_pasted(other: str) -> None:
    """Scheme, host spelling, a last slash, a place in the page and what tracks readers make no other link."""
    assert links.same(links.read(other)) == links.same("https://example.org/guide")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/Guide",
        "https://example.org/guide/two",
        "https://example.org/guide?page=2",
        "https://example.org:8443/guide",
        "https://docs.example.org/guide",
        "https://example.org/guide#/two",
    ],
)
def test_another_page_stays_another(other: str) -> None:
    """What changes which page opens makes another link."""
    assert links.same(links.read(other)) != links.same("https://example.org/guide")


def test_the_order_of_what_is_asked_does_not_matter() -> None:
    """`?a=1&b=2` and `?b=2&a=1` open the same page."""
    assert links.same("https://example.org/?a=1&b=2") == links.same("https://example.org?b=2&a=1")


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", links.NO_LINK),
        ("handover", links.NO_LINK),
        ("ftp://example.org/x", links.NO_LINK),
        ("javascript:alert(1)", links.NO_LINK),
        ("https://localhost/x", links.NO_LINK),
        ("https://10.0.0.1/x", links.NO_LINK),
        ("https://[::1/x", links.NO_LINK),
        ("https://example.org:port/x", links.NO_LINK),
        ("https://example.org/a b", links.NO_LINK),
        ("https://ines:secret@example.org/", links.SIGNED_IN),
        ("https://example.org/" + "x" * 500, links.TOO_LONG),
    ],
)
def test_what_is_no_link_is_said_in_words(text: str, because: str) -> None:
    """Whoever typed it reads what is wrong, at the field."""
    with pytest.raises(ValueError, match=r".+") as refused:
        links.read(text)
    assert str(refused.value) == because


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://www.example.org/", "example.org"),
        ("https://example.org/team/handover-guide.html", "example.org, handover guide"),
        ("https://example.org/caf%C3%A9_list", "example.org, café list"),
        ("https://example.org/" + "a" * 80, "example.org"),
    ],
)
def test_a_link_without_a_name_can_be_read_aloud(link: str, name: str) -> None:
    """The host and the last words of the address, without signs."""
    assert links.called(link) == name


@given(PATHS, TRACKED, st.booleans())
def test_reading_twice_changes_nothing(path: str, tracked: str, slash: bool) -> None:
    """A link that was read is read again as itself, and tracking never tells two apart."""
    link = links.read(f"https://Example.org/{path}{'/' if slash else ''}")
    assert links.read(link) == link
    assert links.same(f"{link}?{tracked}") == links.same(link)
    assert urlsplit(link).scheme == "https"
