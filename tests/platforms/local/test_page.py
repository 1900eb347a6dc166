"""The page as values: what is drawn can be read, pressed and heard."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.kernel.cards import Action, Form, Note, Option, PickField, TextField, TickField
from bot.kernel.ids import SessionId
from bot.platforms.local.app.board import OpenForm
from bot.platforms.local.app.cast import PLAYERS
from bot.platforms.local.app.chat import message
from bot.platforms.local.app.forms import dialog
from bot.platforms.local.app.nodes import Node, does, h, keys
from bot.platforms.local.client import Said
from tests.platforms.local.test_render import everything

AT = datetime(2026, 3, 25, 8, 30, tzinfo=UTC)
ACTION = Action("rounds", SessionId("s1"), "written")


def every(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in every(child))]


def said(**given: object) -> Said:
    usual = {
        "id": 7,
        "channel": "bridge",
        "thread": None,
        "author": "",
        "only": "",
        "card": everything(),
        "text": "",
        "kind": "card",
        "at": AT,
        "edited": None,
        "edits": 0,
        "links": (),
    }
    return Said(**{**usual, **given})  # type: ignore[arg-type]


def test_every_block_is_drawn():
    """A card with one of each block there is can be drawn, and reads in order."""
    words = message(said(), PLAYERS["lena"]).words()
    for part in ("Moderato", "09:30", "Lena, your minute", "Win or challenge.", "Steps: 2 of 5", "3 answers in March."):
        assert part in words


def test_what_can_be_pressed_has_a_name_and_says_what_it_does():
    """Every button and list has words for its name, and a payload that reads as JSON."""
    nodes = every(message(said(only="lena"), PLAYERS["lena"]))
    controls = [node for node in nodes if node.tag in ("button", "select")]
    assert len(controls) == 3
    for control in controls:
        assert (control.attrs.get("aria-label") or control.words()).strip()
        assert json.loads(str(control.attrs["data-do"]))["message"] == 7


def test_a_private_message_says_so_once():
    """Only-you cards are marked by the room; the card's own line with the same words is not said twice."""
    words = message(said(only="lena"), PLAYERS["lena"]).words()
    assert words.count("Only you see this") == 1


def test_an_edit_is_the_same_element():
    """An edited card keeps its place and key, and is marked; the browser moves nothing and keeps focus."""
    before, after = message(said(), PLAYERS["lena"]), message(said(edited=AT, edits=1), PLAYERS["lena"])
    assert keys([before]) == keys([after])
    assert ("edited" in before.words(), "edited" in after.words()) == (False, True)


def test_the_time_is_the_readers():
    """The same message was said at 09:30 in Berlin and at 04:30 in Toronto."""
    assert "04:30" in message(said(), PLAYERS["jo"]).words()


@pytest.mark.parametrize("errors", [{}, {"text": "Write a word or two."}])
def test_a_forms_errors_stand_at_their_fields(errors: dict[str, str]):
    """Each field has a label; what is wrong is tied to its field, for eyes and for ears."""
    options = (Option("a", "A"), Option("b", "B", "the second"))
    fields = (
        Note("Two sentences are plenty."),
        TextField("text", "Your words", long=True),
        PickField("pick", "One", options),
        TickField("tick", "Some", options),
    )
    opened = OpenForm(Form("Write it", fields, ACTION), "lena", "bridge", None, errors=errors)
    nodes = every(dialog(opened, "Europe/Berlin"))
    labelled = {node.attrs["for"] for node in nodes if node.tag == "label" and "for" in node.attrs}
    assert labelled == {"field-text", "field-pick"}
    (box,) = (node for node in nodes if node.tag == "textarea")
    assert box.attrs.get("aria-invalid") == ("true" if errors else None)
    described = {str(node.attrs.get("id")): node.text for node in nodes}
    assert [described[str(box.attrs["aria-describedby"])]] == list(errors.values()) if errors else True


def test_nodes_name_themselves():
    """Attributes read as HTML, text alone is text, None is left out, and siblings have keys of their own."""
    node = h("p", "Hello", cls="lead", aria_hidden="true", title=None, hidden=False)
    assert node == Node("p", {"class": "lead", "aria-hidden": "true"}, "Hello", (), "")
    assert keys([h("p"), h("p"), h("p", key="x"), h("a")]) == ["p:#1", "p:#2", "p:x#1", "a:#1"]
    assert json.loads(does("press", token="é")) == {"do": "press", "token": "é"}
