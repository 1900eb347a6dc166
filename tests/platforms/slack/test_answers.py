"""How people are answered: where they are, to them alone, in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.kernel.cards import Action, Button, Buttons, Card, File, Form, Option, PickField, Text, TextField
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.ids import NO_SESSION
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted
from tests.platforms.slack.town import Town
from tests.standins.slack import Held, Limited, Says, SlackRefusedError
from tests.standins.slack.views import rehash

pytestmark = pytest.mark.anyio

AGAIN = Action("made-up", NO_SESSION, "open")
MOOD = PickField("mood", "Mood", (Option("a", "Fine"),), required=False)
FORM = Form("Write it", (TextField("text", "Your words", most=50), MOOD), AGAIN, "Send")
CARD = Card("Saved", (Text("You can change it."), Buttons((Button("Change it", AGAIN),))))


def answering(town: Town, *replies: Reply) -> list[Any]:
    """Let the engine answer with these, in order; the list of what reached it."""
    arrived: list[Any] = []
    left = list(replies)

    async def handle(inbound: Any) -> Reply:
        arrived.append(inbound)
        return left.pop(0) if left else Quiet()

    town.bot.handle = handle  # type: ignore[method-assign]
    return arrived


async def card_with_button(town: Town) -> Any:
    """A message of ours in #bridge with one button."""
    from tests.platforms.slack.test_client import outgoing

    await town.platform.messenger.send(outgoing(town, Card("A card", (Buttons((Button("Press", AGAIN),)),))))
    return town.slack.timeline(town.owner, town.bridge)[-1]


async def test_a_command_is_answered_to_its_author_alone(bridge_town: Town) -> None:
    """The answer to a command is seen by whoever typed it, and costs no call of Slack."""
    calls = len(bridge_town.slack.server.calls)
    answering(bridge_town, Whisper(CARD))
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato help")
    await bridge_town.settle()
    (row,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)

    assert row.only_you
    assert row.buttons == ("Change it",)
    assert bridge_town.slack.timeline(bridge_town.people["Jo"], bridge_town.bridge) == []
    assert len(bridge_town.slack.server.calls) == calls


async def test_what_must_last_is_a_direct_message(bridge_town: Town) -> None:
    """Something needed later does not vanish with the next reload."""
    answering(bridge_town, Whisper(CARD, lasting=True))
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato help")
    await bridge_town.settle()

    assert bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge) == []
    assert [row.title for row in bridge_town.slack.dms(bridge_town.owner)] == ["Saved"]


async def test_shortcut_words_are_the_same_commands(bridge_town: Town) -> None:
    """`/round x` is `/moderato round x`; names become people, and markup becomes what was typed."""
    arrived = answering(bridge_town)
    maya = bridge_town.people["Maya"]
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, '/round "a < b & c" with @maya in #bridge')

    (typed,) = arrived
    assert isinstance(typed, CommandTyped)
    assert typed.text == 'round "a < b & c" with @maya in #bridge'
    assert typed.mentions["@maya"].user == maya.id
    assert typed.place.channel == bridge_town.bridge.id


async def test_a_mention_works_where_slash_commands_do_not(bridge_town: Town) -> None:
    """Inside a thread the bot is called by name; the answer stays in the thread and with the caller."""
    root = await bridge_town.slack.say(bridge_town.owner, bridge_town.bridge, "Shall we?")
    with pytest.raises(SlackRefusedError):
        await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato round", thread=root.ts)
    arrived = answering(bridge_town, Whisper(CARD))
    await bridge_town.slack.mention(bridge_town.owner, bridge_town.bridge, "round the week", thread=root.ts)
    await bridge_town.settle()

    assert (arrived[0].text, arrived[0].place.thread) == ("round the week", root.ts)
    (row,) = [
        r for r in bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge, thread=root.ts) if r.only_you
    ]
    assert row.title == "Saved"


async def test_a_form_asked_for_by_mention_is_a_button_away(bridge_town: Town) -> None:
    """A mention cannot open a form; it is answered with a button that can."""
    arrived = answering(bridge_town, Show(FORM, AGAIN), Show(FORM))
    await bridge_town.slack.mention(bridge_town.owner, bridge_town.bridge, "write")
    await bridge_town.settle()
    row = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[-1]
    await bridge_town.slack.press(bridge_town.owner, row, "Open the form")
    await bridge_town.settle()

    assert arrived[1].action == AGAIN
    form = bridge_town.slack.modal(bridge_town.owner)
    assert form is not None
    assert form.labels == ("Your words", "Mood")


async def test_typed_words_in_its_own_conversation_are_commands(bridge_town: Town) -> None:
    """In the direct conversation plain words are enough, and the answer is part of the conversation."""
    arrived = answering(bridge_town, Whisper(CARD))
    place = bridge_town.slack.dm(bridge_town.owner)
    await bridge_town.slack.say(bridge_town.owner, place, "away until Friday")
    await bridge_town.settle()

    assert (arrived[0].text, arrived[0].place.direct) == ("away until Friday", True)
    assert [row.only_you for row in bridge_town.slack.dms(bridge_town.owner)] == [False, False]
    assert len(arrived) == 1  # its own answer is no command


async def test_the_same_words_are_one_command(bridge_town: Town) -> None:
    """An event that Slack sends again is one arrival with one id."""
    arrived = answering(bridge_town)
    await bridge_town.slack.mention(bridge_town.owner, bridge_town.bridge, "round")
    await bridge_town.slack.again()

    assert len(arrived) == 2
    assert len({one.id for one in arrived}) == 1


async def test_a_form_opens_before_anything_slow(bridge_town: Town) -> None:
    """With every other method hanging a form still opens, well inside the trigger's three seconds."""
    card = await card_with_button(bridge_town)
    answering(bridge_town, Show(FORM))
    hanging = [Held() for _ in range(4)]
    for method, held in zip(
        ("users.info", "conversations.info", "chat.postMessage", "auth.test"), hanging, strict=True
    ):
        bridge_town.slack.faults.next(method, held)
    await bridge_town.slack.press(bridge_town.owner, card, "Press")
    await bridge_town.settle()

    assert bridge_town.slack.modal(bridge_town.owner) is not None
    (call,) = bridge_town.slack.calls("views.open")
    assert call["trigger_id"] == bridge_town.slack.wire.deliveries[-1].payload["trigger_id"]


async def test_a_trigger_that_came_too_late_offers_another_press(bridge_town: Town) -> None:
    """If the form did not open in time nothing is lost: the same press, once more."""
    card = await card_with_button(bridge_town)
    arrived = answering(bridge_town, Show(FORM), Show(FORM))
    bridge_town.slack.faults.next("views.open", Says(error="expired_trigger_id"))
    await bridge_town.slack.press(bridge_town.owner, card, "Press")
    await bridge_town.settle()
    row = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[-1]
    assert "Nothing is lost; press once more." in row
    await bridge_town.slack.press(bridge_town.owner, row, "Open the form")
    await bridge_town.settle()

    assert arrived[0].action == arrived[1].action
    assert bridge_town.slack.modal(bridge_town.owner) is not None


async def test_errors_stand_at_the_field_and_thanks_in_the_form(bridge_town: Town) -> None:
    """A wrong field keeps the form open with the sentence there; then the form turns into its answer."""
    card = await card_with_button(bridge_town)
    arrived = answering(bridge_town, Show(FORM), Correct({"text": "Two words at least."}), Whisper(CARD), Quiet())
    lena = bridge_town.owner
    await bridge_town.slack.press(lena, card, "Press")
    await bridge_town.settle()
    await bridge_town.slack.submit_view(lena, {"Your words": "one", "Mood": "Fine"})
    form = bridge_town.slack.modal(lena)
    assert form is not None
    assert form.errors == {"Your words": "Two words at least."}
    await bridge_town.slack.submit_view(lena, {"Your words": "two words"})
    answer = bridge_town.slack.modal(lena)
    assert answer is not None
    assert "You can change it." in answer
    await bridge_town.slack.press(lena, answer, "Change it")
    await bridge_town.settle()

    first, second = arrived[1], arrived[2]
    assert isinstance(first, FormSubmitted)
    assert first.values == {"text": "one", "mood": "a"}
    assert first.id != second.id
    assert first.place.channel == bridge_town.bridge.id
    assert isinstance(arrived[3], ButtonPressed)
    assert arrived[3].place.channel == bridge_town.bridge.id
    assert bridge_town.slack.trouble(lena) == []


async def test_a_double_click_on_submit_is_one_submission(bridge_town: Town) -> None:
    """The same words from the same form carry the same id, so the second time nothing happens."""
    card = await card_with_button(bridge_town)
    arrived = answering(bridge_town, Show(FORM))
    await bridge_town.slack.press(bridge_town.owner, card, "Press")
    await bridge_town.settle()
    await bridge_town.slack.submit_view(bridge_town.owner, {"Your words": "yes"})
    await bridge_town.slack.again()

    assert arrived[1].id == arrived[2].id


async def test_a_hint_is_replaced_by_what_follows_it(bridge_town: Town) -> None:
    """A press on something only you see changes that very thing instead of piling up more."""
    answering(bridge_town, Whisper(CARD), Whisper(Card("Changed", (Text("Done."),))))
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato help")
    (hint,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)
    await bridge_town.slack.press(bridge_town.owner, hint, "Change it")
    await bridge_town.settle()

    assert [row.title for row in bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)] == ["Changed"]


async def test_home_shows_what_waits_and_its_buttons_work(bridge_town: Town) -> None:
    """Home has what waits, what comes next, settings and teams; presses there are answered, and it is drawn again."""
    lena = bridge_town.owner
    await bridge_town.slack.slash(bridge_town.people["Tomas"], bridge_town.bridge, "/moderato checkin now How are you?")
    await bridge_town.settle()
    await bridge_town.slack.open_home(lena)
    await bridge_town.settle()
    home = bridge_town.slack.home(lena)
    assert home is not None
    for part in ("Waits for you", "One question of #bridge", "Comes next", "Your settings", "Your teams", "#bridge"):
        assert part in home.text
    await bridge_town.slack.press(lena, home, "Answer")
    await bridge_town.settle()
    form = bridge_town.slack.modal(lena)
    assert form is not None
    await bridge_town.slack.submit_view(lena, {form.labels[0]: "Fine, thank you."})
    await bridge_town.settle()
    home = bridge_town.slack.home(lena)
    assert home is not None
    assert "Nothing is open for you." in home
    if bridge_town.slack.modal(lena) is not None:
        await bridge_town.slack.close_view(lena, all_of_them=True)
    await bridge_town.slack.press(lena, home, "#bridge")
    await bridge_town.settle()
    weeks = bridge_town.slack.modal(lena)
    assert weeks is not None
    assert "Nothing is planned." in weeks
    await bridge_town.slack.close_view(lena, all_of_them=True)
    published = len(bridge_town.slack.calls("views.publish"))
    await bridge_town.slack.press(lena, home, "What I can do")
    await bridge_town.settle()
    shown = bridge_town.slack.modal(lena)

    assert shown is not None
    assert "What I can do" in shown
    assert len(bridge_town.slack.calls("views.publish")) == published + 1
    assert bridge_town.slack.home(bridge_town.people["Jo"]) is None


async def test_the_global_shortcut_opens_the_bare_command(bridge_town: Town) -> None:
    """The shortcut in Slack's menu shows what is open, in a modal, wherever one is."""
    await bridge_town.slack.shortcut(bridge_town.owner, "Open Moderato")
    await bridge_town.settle()
    shown = bridge_town.slack.modal(bridge_town.owner)

    assert shown is not None
    assert "What would you like to do?" in shown.text


async def test_a_channel_without_the_bot_says_how_to_invite_it(bridge_town: Town) -> None:
    """A command where the bot is not, also in a private channel, changes nothing and says what to type."""
    lena = bridge_town.owner
    for kind in ("public", "private"):
        channel = bridge_town.slack.channel(bridge_town.work, f"other-{kind}", [lena], kind=kind)
        await bridge_town.slack.slash(lena, channel, "/moderato round")
        await bridge_town.settle()
        (row,) = bridge_town.slack.timeline(lena, channel)
        assert "Invite me: type /invite @Moderato here" in row.text


async def test_the_first_command_founds_the_team(bridge_town: Town) -> None:
    """A channel the bot was invited to while it was away is a team at its first command, at once and completely."""
    people = [bridge_town.people[name] for name in ("Maya", "Jo", "Sam")]
    channel = bridge_town.slack.channel(bridge_town.work, "night", [*people, bridge_town.install.bot])
    await bridge_town.slack.slash(people[0], channel, "/moderato round")
    await bridge_town.settle()

    assert "Starts at" in bridge_town.slack.timeline(people[1], channel)[-1].text
    assert bridge_town.slack.trouble(people[0]) == []


async def test_slack_being_slow_does_not_delay_the_first_answer(bridge_town: Town) -> None:
    """If Slack does not say in time what channel this is, the command is still answered in time."""
    import bot.platforms.slack.app.desk as desk

    channel = bridge_town.slack.channel(bridge_town.work, "slow", [bridge_town.owner, bridge_town.install.bot])
    held = Held()
    bridge_town.slack.faults.next("conversations.info", held)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(desk, "FIRST_LOOK", 0.05)
        answer = await bridge_town.slack.slash(bridge_town.owner, channel, "/moderato round")
    held.release()

    assert answer.ok
    assert "Try again in a few seconds" in answer.text
    await bridge_town.settle()
    await bridge_town.slack.slash(bridge_town.owner, channel, "/moderato round")
    assert "two people or more" in bridge_town.slack.timeline(bridge_town.owner, channel)[-1].text


async def test_a_fault_of_ours_is_a_kind_sentence(bridge_town: Town) -> None:
    """If the engine fails the person is told, and Slack shows no error of its own."""

    class Broken:
        def handle(self, _: Any) -> Reply:
            raise RuntimeError("a secret detail")

    bridge_town.bot.engine = Broken()  # type: ignore[assignment]
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato round")
    (row,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)

    assert "Nothing is lost" in row.text
    assert "secret" not in row.text
    assert bridge_town.slack.trouble(bridge_town.owner) == []


async def test_an_answer_is_there_long_before_slack_gives_up(bridge_town: Town) -> None:
    """A press is committed and acknowledged without a single call of Slack in between."""
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato round")
    await bridge_town.settle()
    card = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[-1]
    calls = len(bridge_town.slack.server.calls)
    await bridge_town.slack.press(bridge_town.people["Ines"], card, "I'm in")

    assert len(bridge_town.slack.server.calls) == calls
    bridge_town.clock.move(bridge_town.clock() + timedelta(seconds=1))
    await bridge_town.settle()
    assert "In so far: Ines." in bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[-1].text


async def test_a_message_can_be_saved_to_the_archive(bridge_town: Town) -> None:
    """The message shortcut hands over that one message, its words and who wrote it, and nothing else is read."""
    arrived = answering(bridge_town)
    jo = bridge_town.people["Jo"]
    said = await bridge_town.slack.say(jo, bridge_town.bridge, "One checklist for four weeks")
    await bridge_town.slack.shortcut(bridge_town.owner, "Save to the archive", on=said)

    (press,) = arrived
    assert press.action == Action("records", NO_SESSION, "save", jo.id)
    assert (press.choice, press.message) == ("One checklist for four weeks", said.ts)
    assert (press.actor.user, press.place.channel) == (bridge_town.owner.id, bridge_town.bridge.id)


async def test_what_an_app_wrote_has_no_author_to_ask(bridge_town: Town) -> None:
    """On a message of ours the shortcut names nobody."""
    card = await card_with_button(bridge_town)
    arrived = answering(bridge_town)
    await bridge_town.slack.shortcut(bridge_town.owner, "Save to the archive", on=card)
    assert [press.action.argument for press in arrived] == [""]


LONG = Card("A long list", tuple(Text(f"Line {n} of many.") for n in range(120)))


async def test_a_long_answer_goes_on_in_the_next_message(bridge_town: Town) -> None:
    """What does not fit into one message that one person sees follows in others; every line arrives, in order."""
    answering(bridge_town, Whisper(LONG), Whisper(LONG))
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato help")
    await bridge_town.settle()
    rows = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)

    assert len(rows) == 3
    assert "It goes on in the next message." in rows[0]
    assert "thread" not in rows[0].text
    assert [line for row in rows for line in row.text.split("\n") if line.startswith("Line")] == [
        f"Line {n} of many." for n in range(120)
    ]
    root = await bridge_town.slack.say(bridge_town.owner, bridge_town.bridge, "Shall we?")
    await bridge_town.slack.mention(bridge_town.owner, bridge_town.bridge, "help", thread=root.ts)
    await bridge_town.settle()
    inside = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge, thread=root.ts)
    assert "Line 119 of many." in inside[-1]


async def test_what_must_last_arrives_whole(bridge_town: Town) -> None:
    """A long answer that must last continues in its thread, with its files."""
    answering(bridge_town, Whisper(Card("All of it", (*LONG.blocks, File("all.md", "words"))), lasting=True))
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato archive export")
    await bridge_town.settle()
    place = bridge_town.slack.dm(bridge_town.owner)
    first = bridge_town.slack.dms(bridge_town.owner)[0]
    thread = bridge_town.slack.timeline(bridge_town.owner, place, thread=first.ts)

    assert "Line 119 of many." in "".join(row.text for row in thread)
    assert [file["name"] for row in thread for file in row.message.files] == ["all.md"]


@pytest.mark.parametrize("gone", ["used up", "too old", "not there"])
async def test_an_answer_does_not_need_the_response_address(bridge_town: Town, gone: str) -> None:
    """Five answers within half an hour is all a response address takes; after that the answer still arrives."""
    card = await card_with_button(bridge_town)

    async def handle(_: Any) -> Reply:
        for made in bridge_town.slack.world.response_urls.values():
            made.uses = 5 if gone == "used up" else made.uses
            made.minted -= timedelta(minutes=31) if gone == "too old" else timedelta(0)
        if gone == "not there":
            bridge_town.slack.world.response_urls.clear()
        return Whisper(CARD)

    bridge_town.bot.handle = handle  # type: ignore[method-assign]
    await bridge_town.slack.press(bridge_town.owner, card, "Press")
    await bridge_town.settle()
    row = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[-1]

    assert (row.title, row.only_you) == ("Saved", True)


async def test_a_modal_that_moved_on_is_left_alone(bridge_town: Town) -> None:
    """The answer to a press made on an older state of a modal does not overwrite the newer one."""
    answering(bridge_town, Whisper(CARD))
    await bridge_town.slack.shortcut(bridge_town.owner, "Open Moderato")
    await bridge_town.settle()
    shown = bridge_town.slack.modal(bridge_town.owner)
    assert shown is not None

    async def handle(_: Any) -> Reply:
        rehash(bridge_town.slack.world, shown.view)  # somebody else's answer was faster
        return Whisper(Card("Old", (Text("From before."),)))

    bridge_town.bot.handle = handle  # type: ignore[method-assign]
    await bridge_town.slack.press(bridge_town.owner, shown, "Change it")
    await bridge_town.settle()
    after = bridge_town.slack.modal(bridge_town.owner)

    assert after is not None
    assert "Saved" in after.text
    assert bridge_town.slack.calls("views.update")[-1]["hash"]


async def test_home_is_drawn_one_at_a_time(bridge_town: Town) -> None:
    """While Home is being drawn, a newer state waits, so that the older one never lands on top of it."""
    held = Held()
    bridge_town.slack.faults.next("views.publish", held)
    arrived = answering(bridge_town, Whisper(Card("Old")), Whisper(Card("Newest")))
    await bridge_town.slack.open_home(bridge_town.owner)
    await held.reached.wait()
    await bridge_town.slack.open_home(bridge_town.owner)
    await bridge_town.slack.open_home(bridge_town.owner)
    assert len(arrived) == 1
    held.release()
    await bridge_town.settle()
    home = bridge_town.slack.home(bridge_town.owner)

    assert home is not None
    assert "Newest" in home.text
    assert len(bridge_town.slack.calls("views.publish")) == 2


async def test_a_missing_scope_is_named(bridge_town: Town) -> None:
    """Where the app may not look, the answer names the scope and what to do, instead of asking for an invitation."""
    bridge_town.install.scopes -= {"groups:read"}
    people = [bridge_town.owner, bridge_town.people["Jo"], bridge_town.install.bot]
    cellar = bridge_town.slack.channel(bridge_town.work, "cellar", people, kind="private")
    await bridge_town.slack.slash(bridge_town.owner, cellar, "/moderato round")
    (row,) = bridge_town.slack.timeline(bridge_town.owner, cellar)

    assert "adds groups:read under OAuth & Permissions and installs the app again" in row.text


async def test_a_form_opened_from_another_organisation_belongs_to_us(http_town: Town) -> None:
    """In a shared channel the view says whose installation it is; the sender's own workspace is not taken for it."""
    arrived = answering(http_town, Whisper(CARD), Quiet())
    await http_town.slack.shortcut(http_town.owner, "Open Moderato")
    await http_town.settle()
    shown = http_town.slack.modal(http_town.owner)
    assert shown is not None
    from tests.standins.slack import payloads

    block = next(b for b in shown.view.body["blocks"] if b["type"] == "actions")
    action = payloads.action_of(http_town.slack.world, block, block["elements"][0], {})
    body = payloads.on_view(http_town.slack.world, http_town.install, shown.view, action)
    await http_town.slack.wire.deliver("interactive", body | {"team": {"id": "TOTHER", "domain": "other"}})

    assert arrived[-1].actor.workspace == http_town.work.id


@pytest.mark.parametrize("method", ["chat.postEphemeral", "chat.postMessage"])
async def test_an_answer_waits_out_a_limit(bridge_town: Town, method: str) -> None:
    """Where Slack says to come back later, the answer to a person comes later, once."""
    bridge_town.slack.faults.next(method, Limited(seconds=3))
    answering(bridge_town, Whisper(CARD, lasting=method == "chat.postMessage"))
    root = await bridge_town.slack.say(bridge_town.owner, bridge_town.bridge, "Shall we?")
    await bridge_town.slack.mention(bridge_town.owner, bridge_town.bridge, "help", thread=root.ts)
    await bridge_town.settle()
    rows = [
        *bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge, thread=root.ts),
        *bridge_town.slack.dms(bridge_town.owner),
    ]

    assert [row.title for row in rows].count("Saved") == 1
    assert bridge_town.slack.rates.ignored == 0
