"""The seven others read cards as people do, and decide the same way every time the seed is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.kernel.cards import (
    Action,
    Button,
    Buttons,
    Card,
    Choice,
    DateField,
    Form,
    Note,
    NumberField,
    Option,
    PickField,
    Text,
    TextField,
    TickField,
)
from bot.kernel.ids import SessionId
from bot.platforms.local.app import autopilot
from bot.platforms.local.app.autopilot import Chance, Move, fill, question
from bot.platforms.local.app.cast import PLAYERS, TEAM
from bot.platforms.local.client import Asked, Said

AT = datetime(2026, 3, 25, 8, 30, tzinfo=UTC)
CHANCE = Chance(5)


Shown = tuple[Said, tuple[Asked, ...]]


def shown(title: str, *labels: str, channel: str = "bridge", pressed: tuple[str, ...] = ()) -> Shown:
    """A card with these buttons, and since when each asks. *pressed* by these users: the first button."""
    buttons = tuple(Button(label, Action("any", SessionId("s"), f"v{n}", "1")) for n, label in enumerate(labels))
    card = Card(title, (Text("Win or challenge."), Buttons(buttons)))
    said = Said(7, channel, None, "", "", card, "", "card", AT, None, 0, ())
    pressers = [frozenset(pressed), *[frozenset[str]()] * len(buttons)]
    return said, tuple(Asked(7, one.action.pack(), AT, who) for one, who in zip(buttons, pressers, strict=False))


def moves(*cards: Shown, first: bool = True, chance: Chance = CHANCE) -> dict[str, Move]:
    return {move.user: move for move in autopilot.moves(TEAM, cards, chance, first=first)}


def test_only_the_one_whose_turn_it_is_presses_done():
    """A title that names somebody asks them and nobody else; they speak for a plausible while."""
    found = moves(shown("Divya, your minute", "Done", "Pass", "More"))
    assert {user: move.label for user, move in found.items()} == {"divya": "Done"}
    assert timedelta(seconds=20) < found["divya"].at - AT < timedelta(seconds=60)


def test_in_the_first_round_sam_passes_arun_is_late_and_jo_is_not_there():
    """The first minute is cast: everybody taps in within the gathering minute, but for Arun and Jo."""
    there = moves(shown("Who is here for a round?", "I'm in", "Start now"))
    late = {user for user, move in there.items() if move.at - AT > timedelta(seconds=60)}
    assert ({"arun"}, {"arun"} | {"lena", "tomas", "ines", "divya", "maya", "sam"}) == (late, set(there))
    assert moves(shown("Sam, your minute", "Done", "Pass"))["sam"].label == "Pass"


def test_an_open_offer_finds_somebody_but_not_everybody():
    """Of eight who could take something on, some would; nobody is asked by name."""
    takers = [set(moves(shown("Who takes the notes?", "I'll do it"), chance=Chance(seed))) for seed in range(40)]
    assert any(takers)
    assert all(len(some) < 8 for some in takers)


def test_the_others_write_bring_back_and_vote():
    """In a quiet step most write, in a vote everybody gives dots that are listed; the room waits for neither."""
    assert 4 <= len(moves(shown("Notes, until 10:00", "Write", "More"))) <= 8
    said, _ = shown("Vote")
    options = (Option("1", "One list."), Option("2", "A person."))
    card = Card("Vote", (Choice("Give a dot", Action("any", SessionId("s"), "dot"), options),))
    asked = Asked(7, Action("any", SessionId("s"), "dot").pack(), AT, frozenset())
    voted = moves((replace(said, card=card), (asked,)))
    assert len(voted) == 8
    assert {choice for move in voted.values() for choice in move.choices} <= {"1", "2"}
    asks = question(PLAYERS["lena"], *shown("Notes, until 10:00", "Write"))
    assert asks is not None
    assert asks.why not in autopilot.WAITED_FOR


def test_a_short_turn_is_a_short_turn():
    """Who has fifteen seconds does not speak for a minute."""
    spoken = moves(shown("Divya, your 15 seconds", "Done", "Pass"))["divya"].at - AT
    assert spoken <= timedelta(seconds=16)


def test_a_role_that_is_free_in_a_thread_finds_somebody():
    """What is offered in a thread can be taken there; nothing else in a thread is a question."""
    said, asked = shown("Who hosts from here?", "I'll do it", "Write")
    takers = [set(moves((replace(said, thread=3), asked), chance=Chance(seed))) for seed in range(20)]
    assert any(takers)
    assert question(PLAYERS["sam"], replace(shown("Your group", "Write")[0], thread=3), ()) is None


def test_the_room_waits_for_nobody_to_come_later():
    """In the lobby you are asked whether you are here; while a session runs the same button waits for nobody."""
    lobby = question(PLAYERS["lena"], *shown("Handover", "I'm here"))
    later = question(PLAYERS["lena"], *shown("Check-in, until 10:00", "I'm in", "Next", "More"))
    assert lobby is not None
    assert later is not None
    assert [asks.why in autopilot.WAITED_FOR for asks in (lobby, later)] == [True, False]


def test_a_host_who_is_played_goes_on():
    """Whom the card names for it starts a session and goes on when the time is up; nobody else does."""
    said, asked = shown("Handover", "I'm here", "Start")
    assert said.card is not None
    told = replace(said, card=replace(said.card, blocks=(Text("Ines or Divya starts it."), *said.card.blocks)))
    here = tuple(replace(one, pressed=frozenset({"ines", "divya"})) for one in asked[:1]) + asked[1:]
    started = moves((told, here))
    assert started["ines"].label == "Start"
    assert "divya" not in started
    over, ways = shown("Talk: time is up", "Next", "More")
    assert over.card is not None
    named = replace(
        over, card=replace(over.card, blocks=(Text("Finish the sentence. Sam presses Next."), *over.card.blocks))
    )
    assert {user: move.label for user, move in moves((named, ways)).items()} == {"sam": "Next"}


def test_whoever_has_answered_is_not_asked_again():
    """One press is one answer: nobody presses the same card twice."""
    found = moves(shown("Who is here for a round?", "I'm in", pressed=("ines", "maya")))
    assert not {"ines", "maya"} & set(found)


def test_what_is_not_a_question_is_left_alone():
    """Buttons of hosts, and cards without a question, make nobody press anything."""
    steering = shown("Round paused", "Resume", "End")
    other = shown("Which guide?", "Start", "Change or stop", channel="D.jo")
    assert moves(steering, other, first=False) == {}


def test_a_direct_question_is_for_its_reader_alone():
    """Of all who play, only the one written to answers, if they do."""
    cards = shown("This week's question", "Answer", "Pass", "Later", channel="D.ines")
    answers = [moves(cards, first=False, chance=Chance(seed)) for seed in range(60)]
    assert {"ines"} == set().union(*answers)
    labels = [found["ines"].label for found in answers if found]
    assert {"Answer", "Pass"} == set(labels)
    assert labels.count("Answer") > labels.count("Pass")
    assert len(labels) < len(answers), "silence is an answer too"


def test_the_same_seed_decides_the_same_and_another_does_not():
    """A rehearsal can be repeated: every moment is drawn from the seed and from what it is for."""
    cards = shown("Who is here for a round?", "I'm in")
    assert moves(cards) == moves(cards)
    assert moves(cards) != moves(cards, chance=Chance(6))


@pytest.mark.parametrize("seed", range(20))
def test_forms_come_back_filled_in_as_a_person_would(seed: int):
    """Required fields are filled with something the form offers, prefilled ones stay as they are."""
    options = (Option("a", "A"), Option("b", "B"))
    form = Form(
        "Answer",
        (
            Note("Two sentences are plenty."),
            TextField("text", "Your words"),
            TextField("kept", "Topic", value="Handover"),
            PickField("agree", "Agree?", options),
            TickField("days", "Days", options, required=True),
            TickField("more", "More", options),
            NumberField("n", "How many", low=2, high=4),
            DateField("day", "Day", value="2026-03-26"),
        ),
        Action("any", SessionId("s"), "answered"),
    )
    values = fill(form, PLAYERS["maya"], Chance(seed))
    assert set(form.names()) == set(values)
    assert values["text"] in autopilot.SENTENCES
    assert (values["kept"], values["day"], values["more"]) == ("Handover", "2026-03-26", ())
    assert values["agree"] in ("a", "b")
    assert values["days"] in (("a",), ("b",))
    assert 2 <= int(str(values["n"])) <= 4


def test_you_are_asked_until_you_have_pressed():
    """The same reading tells the room when to wait for you."""
    said, asked = shown("Lena, your minute", "Done", "Pass")
    mine = question(PLAYERS["lena"], said, asked)
    assert mine is not None
    assert mine.open_to("lena")
    assert question(PLAYERS["ines"], said, asked) is None
    said, asked = shown("Lena, your minute", "Done", "Pass", pressed=("lena",))
    pressed = question(PLAYERS["lena"], said, asked)
    assert pressed is not None
    assert not pressed.open_to("lena")
