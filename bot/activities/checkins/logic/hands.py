"""What somebody could use a hand with: told to the team with the answers, or to one person alone (P08)."""

from __future__ import annotations

from dataclasses import replace

from bot.activities.checkins.cards import answers as cards
from bot.activities.checkins.cards import hands as hand_cards
from bot.activities.checkins.events import Helped, HelperChosen
from bot.activities.checkins.model import Part, State
from bot.kernel.decision import Decision, Refused, say
from bot.kernel.effects import Effect, Forget, Keep, Post, Retract, Revise, Under
from bot.kernel.ids import SessionId, part_of
from bot.kernel.words import who


def told_to_team(part: Part, id: SessionId) -> list[Effect]:
    """In the thread, with a button for whoever can help; nothing if there is no such thing, or it is for one."""
    if not part.hand or part.hand_to == "one":
        return []
    card = hand_cards.hand_card(part.member, id, part.hand)
    return [
        Post("hand", Under("card", part.asking.id), card, "card"),
        Keep("hand", id, {"with": part.hand, "helped": False}, member=part.member),
    ]


def asks_one(before: Part, part: Part, id: SessionId) -> list[Effect]:
    """Somebody alone is asked for a hand, at once; what was asked before and holds no more is taken back."""
    if before.hand_for == part.hand_for and before.hand == part.hand:
        return []
    effects: list[Effect] = [Retract("hand"), Forget("hand", id)] if before.hand_for is not None else []
    if part.hand_for is not None and part.hand:
        card = hand_cards.hand_for_card(part.member, id, part.hand, part.asking.team_label)
        why = f"{who(part.member)} chose you in {part.asking.team_label}."
        effects.append(Post("hand", part.hand_for, card, "invitation", why=why))
        row = {"with": part.hand, "helped": False, "one": True}
        effects.append(Keep("hand", id, row, member=part.member))
    return effects


def chosen(state: Part | None, event: HelperChosen) -> Decision[State | None] | Refused:
    """Who alone is asked."""
    if state is None or state.member != event.by or not state.hand:
        return Refused("There is nothing to ask for. Nothing changed.")
    if event.whom == event.by:
        return Refused("That is you. Choose somebody else. Nothing changed.")
    part = replace(state, hand_to="one", hand_for=event.whom)
    effects = asks_one(state, part, part_of(state.asking.id, event.by.key()))
    return Decision(part, tuple(effects), say(f"{who(event.whom)} is asked, in their own hours. Nobody else is."))


def helped(part: Part, event: Helped) -> Decision[State | None] | Refused:
    """Somebody can help: whoever asked is told, and the bot steps back."""
    if not part.hand:
        return Refused("This one has found help already. Thank you for offering.")
    if part.hand_to == "one" and event.by != part.hand_for:
        return Refused("Somebody else was asked for that. Nothing changed.")
    if event.by == part.member:
        return Refused("That is your own. Somebody else can press it.")
    id = part_of(part.asking.id, part.member.key())
    post = Post(
        # Each offer is a message of its own, and waits for the person's hours as such. Its name names nobody.
        f"helper.{part_of(id, event.by.key())[:12]}",
        part.member,
        hand_cards.helper_card(event.by, part.hand),
        "commitment",
        why=cards.why(part.asking),
    )
    taken = hand_cards.hand_taken_card(part.member, event.by, part.hand)
    effects = (
        Revise("hand", hand_cards.hand_for_taken_card(part.member, part.hand) if part.hand_to == "one" else taken),
        post,
        Keep("hand", id, {"with": part.hand, "helped": True, "one": part.hand_to == "one"}, member=part.member),
    )
    said = say(f"{who(part.member)} knows. Write to each other; I step back.")
    return Decision(replace(part, hand="", hand_for=None), effects, said)
