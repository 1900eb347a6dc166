"""Moves and ground rules: what the library has of them, for a session or for somebody who is looking."""

from __future__ import annotations

import difflib

from bot.activities.guides.cards import moves as cards
from bot.activities.guides.model import MovesWanted, RulesChosen
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.content import GroundRules, Guide, Library, Move
from bot.kernel.decision import Refused, Whisper
from bot.kernel.ids import NO_SESSION, Member, SessionId

NONE = "No moves are here. Whoever runs me can look with: moderato check. Nothing changed."
NO_RULES = "No ground rules are here. Whoever runs me can look with: moderato check. Nothing changed."
CORE = "core"


def library_of(context: Context) -> Library | None:
    if not isinstance(context.content, Library):
        return None
    language = context.actor.settings.language if context.actor else ""
    return context.content.speaking(language) if language else context.content


def wanted(context: Context, by: Member, session: SessionId, words: str = "") -> Aimed | Shown | Refused:
    """The menu, or the one move that *words* name: by its id, by its title, or nearly so."""
    library = library_of(context)
    moves = tuple(library.moves.values()) if library else ()
    if not moves:
        return Refused(NONE)
    chosen = _find(moves, words) if words else None
    if words and chosen is None:
        return Refused(f'I know no move "{words[:80]}". Type moves for all {len(moves)}. Nothing changed.')
    if session != NO_SESSION:
        return Aimed(session, MovesWanted(by, moves, chosen.id if chosen else ""))
    return Shown(Whisper(cards.move_card(chosen) if chosen else cards.moves_card(moves), lasting=True))


def _find(moves: tuple[Move, ...], words: str) -> Move | None:
    sought = " ".join(words.lower().split())
    by_name = {name: move for move in moves for name in (move.id.lower(), move.title.lower())}
    near = difflib.get_close_matches(sought, by_name, 1, 0.7)
    name = sought if sought in by_name else near[0] if near else ""
    if not name:
        name = next((title for title in by_name if sought in title), "")
    return by_name.get(name)


def sets(context: Context) -> tuple[GroundRules, ...]:
    """All sets of ground rules, the core rules first."""
    library = library_of(context)
    found = library.ground_rules.values() if library else ()
    return tuple(sorted(found, key=lambda one: (one.id != CORE, one.title)))


def offered(context: Context, session: SessionId) -> Shown | Refused:
    found = sets(context)
    return Shown(Whisper(cards.rules_choice(session, found))) if found else Refused(NO_RULES)


def chosen(context: Context, by: Member, session: SessionId, id_: str) -> Aimed | Refused:
    found = next((one for one in sets(context) if one.id == id_), None)
    if found is None:
        return Refused("These ground rules are not here any more. Nothing changed.")
    return Aimed(session, RulesChosen(by, found.id, found.title, tuple(rule.text for rule in found.rules)))


def of_guide(guide: Guide, context: Context) -> GroundRules | None:
    """The rules a session begins with: those of its guide, else those chosen last here, else the core rules."""
    by_id = {one.id: one for one in sets(context)}
    last = next((str(fact.row.get("id", "")) for fact in context.facts("session_rules")), "")
    return by_id.get(guide.rules) or by_id.get(last) or by_id.get(CORE)
