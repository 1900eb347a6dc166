"""What a page sends becomes what the engine understands, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.cards import Action
from bot.kernel.ids import Place, SessionId
from bot.platforms.local import parse

ACTION = Action("rounds", SessionId("s1"), "done", "3")
SENT = {"id": "a:1", "by": "lena", "channel": "bridge", "token": ACTION.pack()}


def test_a_press_is_what_the_card_held():
    """Actor, place, message, choice and the action come back as they were sent out."""
    press = parse.button_pressed({**SENT, "message": 12, "thread": None, "choice": "b"})
    assert press.action == ACTION
    assert (parse.member("lena"), "12", "b") == (press.actor, press.message, press.choice)
    assert Place("local", "rehearsal", "bridge") == press.place


def test_a_direct_conversation_is_one():
    """A channel of one person is a direct place, so that commands there know it."""
    assert parse.button_pressed({**SENT, "channel": "D.lena"}).place.direct


def test_a_form_comes_back_whole():
    """Single values are strings and several are tuples, whatever the page sent them as."""
    form = parse.form_submitted({**SENT, "values": {"text": "Done.", "days": ["mon", "tue"], "empty": None}})
    assert dict(form.values) == {"text": "Done.", "days": ("mon", "tue"), "empty": ""}


@pytest.mark.parametrize("token", ["", "rounds", "a|b|c", "x" * 300, 7, ["rounds"]])
def test_a_forged_token_is_refused(token: object):
    """What no card of ours can hold raises ValueError, which the room turns into a sentence."""
    with pytest.raises(ValueError, match=r".+"):
        parse.button_pressed({**SENT, "token": token})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('/moderato round "win or challenge" 60', 'round "win or challenge" 60'),
        ("/moderato", ""),
        ("@Moderato: help", "help"),
        ("  /Moderato   Round", "Round"),
        ("/round retro", "round retro"),
        ("/dance friday", "dance friday"),
        ("good morning", None),
        ("we should ask moderato", None),
        ("/moderators unite", "moderators unite"),
    ],
)
def test_a_line_is_for_the_bot_only_if_it_says_so(typed: str, meant: str | None):
    """Slash commands and a line that begins with its name are for the bot; talk between people is not."""
    assert parse.addressed(typed, "moderato", ["round"]) == meant


def test_names_in_a_command_are_people():
    """@Jo in a command is known as Jo, whatever its case; a name inside another word is not."""
    typed = parse.command_typed({**SENT, "text": "roles swap @jo @Jonas"}, {"Jo": "jo", "Sam": "sam"})
    assert {"@Jo": parse.member("jo")} == dict(typed.mentions)


@given(
    st.dictionaries(
        st.sampled_from(["id", "by", "channel", "thread", "token", "message", "choice"]),
        st.none() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_rubbish_is_an_inbound_or_a_value_error(payload: dict[str, object]):
    """Whatever a page sends, reading it ends in an inbound of this platform or in ValueError, in nothing else."""
    try:
        press = parse.button_pressed(payload)
    except ValueError:
        return
    assert press.actor.platform == "local"
