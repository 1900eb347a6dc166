"""A live round, as a team lives through it: scenario S2, and what goes wrong around it."""

from __future__ import annotations

import pytest

from tests.story import Local, berlin

SIX = ("Lena", "Tomas", "Ines", "Divya", "Sam", "Maya")


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"))


def gathered(stage: Local, people: tuple[str, ...] = SIX, command: str = 'round "win or challenge" 60') -> None:
    assert stage.types("Tomas", command) == ""
    for person in people:
        stage.presses(person, "I'm in")


def speaker(stage: Local) -> str:
    """Who is up, as the last thread line calls them."""
    return stage.in_thread()[-1].text().split(",")[0].capitalize()


def test_scenario_two(bridge: Local) -> None:
    """S2: pass, come back, late arrival, a restart; two posts in the channel, no turn lost or doubled."""
    bridge.types("Tomas", 'round plan 09:30 "win or challenge" 60')
    bridge.until("09:30")
    assert "Who is here for a round?" in bridge.card()
    for person in SIX:
        bridge.presses(person, "I'm in", twice=person == "Ines")
    bridge.presses("Lena", "Start now")
    first = speaker(bridge)
    bridge.passes("60 s")
    assert f"Finish your thought, {first}" in bridge.card()
    bridge.presses(first, "+30 s")
    bridge.passes("15 s")
    bridge.presses(first, "Done")
    second = speaker(bridge)
    bridge.presses(second, "Pass")
    third = speaker(bridge)
    bridge.presses(third, "Come back to me")
    bridge.presses("Arun", "I'm in")
    fourth = speaker(bridge)
    bridge.passes("20 s")
    bridge.stops()
    bridge.passes("70 s")
    bridge.starts()
    assert sum("I was away for 70 seconds; nothing is lost." in m.text() for m in bridge.in_thread()) == 1
    assert f"{fourth}, your minute" in bridge.card()
    spoken = [first, second]
    while "Round done" not in bridge.card():
        up = bridge.card().split(",")[0]
        assert up not in spoken
        spoken.append(up)
        bridge.passes("30 s")
        bridge.presses(up, "Done")

    assert sorted(spoken) == sorted([*SIX, "Arun"])
    assert spoken[-2:] == [third, "Arun"]
    assert len(bridge.in_channel()) == 2
    assert "7 took part" in bridge.card()
    assert not bridge.direct("Jo")  # it is night in Toronto
    bridge.until("14:00")  # nine in the morning there; Toronto has changed its clock already
    assert [len(bridge.direct(name)) for name in (*SIX, "Arun", "Jo")] == [0, 0, 0, 0, 0, 0, 0, 1]
    assert "until Thu 07:00" in bridge.direct("Jo")[0].text("America/Toronto")


def test_jo_adds_hers(bridge: Local) -> None:
    """Somebody who was not there adds two sentences, marked later; she is told once, the result counts them."""
    bridge.types("Tomas", "round plan 09:30")
    bridge.until("09:30")
    for person in SIX:
        bridge.presses(person, "I'm in")
    bridge.presses("Tomas", "Start now")
    while "Round done" not in bridge.card():
        bridge.presses(bridge.card().split(",")[0], "Done")

    bridge.until("14:00")
    assert bridge.presses("Jo", "Write mine", "@") == "form: Write it"
    assert bridge.submits("Jo", text="We closed the oldest ticket.") == ""
    (told,) = bridge.direct("Jo")
    assert "It is in the thread, marked later." in told.text()
    assert "Jo (later): We closed the oldest ticket." in bridge.in_thread()[-1].text()
    assert "1 was added later." in bridge.card()
    assert "Write mine" not in told.labels()
    assert "in the thread already" in bridge.presses("Jo", "Add mine")


def test_an_empty_form_stays_open(bridge: Local) -> None:
    """A form without words says so at the field and loses nothing."""
    gathered(bridge)
    bridge.presses("Tomas", "Start now")
    up = speaker(bridge)
    bridge.presses(up, "Write it")
    assert "text: Write a word or two" in bridge.submits(up, text="  ")
    bridge.submits(up, text="Written instead.")
    assert any(f"{up}: Written instead." in m.text() for m in bridge.in_thread())


def test_it_starts_by_itself_when_all_are_in(bridge: Local) -> None:
    """Nobody has to press Start now when everybody expected is in."""
    gathered(bridge, tuple(bridge.people))
    assert "your minute" in bridge.card()


def test_the_wrong_person_is_told_kindly_and_alone(bridge: Local) -> None:
    """Pressing Done for somebody else is refused privately; the turn goes on."""
    gathered(bridge)
    bridge.presses("Tomas", "Start now")
    up = speaker(bridge)
    other = next(name for name in SIX if name not in (up, "Tomas", "Lena"))
    told = bridge.presses(other, "Done")
    assert f"{up} is up right now" in told
    assert "Nothing changed" in told
    assert f"{up}, your minute" in bridge.card()


def test_the_host_may_help(bridge: Local) -> None:
    """Whoever started the round may press Done for the speaker."""
    gathered(bridge)
    bridge.presses("Tomas", "Start now")
    up = speaker(bridge)
    bridge.presses("Tomas", "Done")
    assert speaker(bridge) != up


def test_a_double_click_does_not_take_the_next_turn(bridge: Local) -> None:
    """The second click of a double click on Done changes nothing, whoever is up by then."""
    gathered(bridge)
    bridge.presses("Tomas", "Start now")
    bridge.presses("Tomas", "Done", twice=True)
    assert len([m for m in bridge.in_thread() if "you are up" in m.text()]) == 2


def test_silence_goes_last_once_and_is_never_a_pass(bridge: Local) -> None:
    """Nobody presses: at zero a cue, then last once, then not heard; after ten minutes the round closes."""
    gathered(bridge, ("Lena", "Tomas"))
    bridge.presses("Tomas", "Start now")
    bridge.passes("11 min")
    assert "Round done" in bridge.card()
    assert "nobody took a turn" in bridge.card()
    assert "pass" not in bridge.card().lower()


def test_the_cue_at_zero_goes_to_the_host_alone(bridge: Local) -> None:
    """At zero the host gets a private line; nobody else does."""
    gathered(bridge, ("Lena", "Ines", "Divya"))
    bridge.presses("Tomas", "Start now")
    bridge.passes("61 s")
    assert len(bridge.private("Tomas")) == 1
    assert all(not bridge.private(name) for name in SIX if name != "Tomas")


def test_pause_and_resume(bridge: Local) -> None:
    """The host pauses and resumes; the order stays, the time starts afresh."""
    gathered(bridge)
    bridge.presses("Tomas", "Start now")
    up = speaker(bridge)
    bridge.presses("Tomas", "More")
    bridge.presses("Tomas", "Pause")
    bridge.passes("20 min")
    assert "Round paused" in bridge.card()
    assert "can do that" in bridge.presses("Divya", "Resume", "bridge")
    bridge.presses("Tomas", "Resume", "bridge")
    assert f"{up}, your minute" in bridge.card()


def test_a_long_outage_waits_for_a_person(bridge: Local) -> None:
    """After more than thirty minutes away the round is paused, and nothing goes on by itself."""
    gathered(bridge)
    bridge.presses("Tomas", "Start now")
    up = speaker(bridge)
    bridge.stops()
    bridge.passes("42 min")
    bridge.starts()
    assert "Round paused" in bridge.card()
    assert "I was away for 42 minutes; nothing is lost." in bridge.card()
    bridge.passes("30 min")
    assert "Round paused" in bridge.card()
    bridge.presses("Tomas", "Resume")
    assert f"{up}, your minute" in bridge.card()


def test_leaving_the_channel_gives_the_turn_on(bridge: Local) -> None:
    """The speaker leaves the channel: the next one is called, nobody is lost."""
    gathered(bridge)
    bridge.presses("Tomas", "Start now")
    up = speaker(bridge)
    bridge.leaves(up)
    assert speaker(bridge) != up
    assert up not in bridge.card()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("round " + "x" * 3000, "A topic has room for 160 characters"),
        ("round wins 0", "A turn lasts between 15 and 180 seconds; you typed 0."),
        ("round wins 10000", "A turn lasts between 15 and 180 seconds; you typed 10,000."),
        ("round plan soonish", 'When? You typed: "soonish"'),
        ("chekin", "What would you like"),
        ("dance friday", "I don't know that one"),
        ("ruond", "Did you mean round?"),
    ],
)
def test_bad_input_gets_a_sentence(bridge: Local, typed: str, answer: str) -> None:
    """Whatever is typed, the answer is a clear sentence, and nothing is posted."""
    told = bridge.types("Jo", typed)
    assert answer in told or typed == "chekin"
    assert not bridge.in_channel()


def test_a_second_round_waits(bridge: Local) -> None:
    """While a round runs, another one in the same channel is refused; afterwards it is not."""
    gathered(bridge)
    assert "already running" in bridge.types("Jo", "round")
    bridge.presses("Tomas", "Start now")
    bridge.presses("Tomas", "More")
    bridge.presses("Tomas", "End")
    assert bridge.types("Jo", "round") == ""


def test_a_team_of_one() -> None:
    """An empty team is told what a round needs."""
    alone = Local(berlin("2026-03-25 09:29"), people={"Lena": "Europe/Berlin"})
    assert "two people or more" in alone.types("Lena", "round")


def test_in_a_direct_message(bridge: Local) -> None:
    """A round typed in a direct message is answered with where it works."""
    assert "Type it in #bridge" in bridge.types("Jo", "round", "@")


def test_an_old_button_offers_the_result(bridge: Local) -> None:
    """A button of a round that is over changes nothing and leads to the result."""
    gathered(bridge)
    action_holder = bridge.in_channel()[0].card
    bridge.presses("Tomas", "Start now")
    bridge.presses("Tomas", "More")
    bridge.presses("Tomas", "End")
    bridge.in_channel()[0].card = action_holder
    assert "This card is from before" in bridge.presses("Sam", "I'm in")
    assert "Round done" in bridge.presses("Sam", "Show the result")


def test_the_first_speaker_rotates(bridge: Local) -> None:
    """Over as many rounds as people, everybody starts once."""
    starters = []
    for _ in SIX:
        gathered(bridge)
        bridge.presses("Tomas", "Start now")
        starters.append(speaker(bridge))
        bridge.presses("Tomas", "More")
        bridge.presses("Tomas", "End")
    assert sorted(starters) == sorted(SIX)
