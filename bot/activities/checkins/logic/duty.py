"""Roles of a check-in: who looks after one of its dates, drawn, asked and counted as those of a session are.

The roles themselves belong to another activity. It is told of the next date when that is fixed, again when the
date opens (from then on it has somebody to answer), and at the close of what was served.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.checkins.cards import answers
from bot.activities.checkins.cards import duty as cards
from bot.activities.checkins.events import HoldersCame
from bot.activities.checkins.model import Asking, Collecting, Scheduled
from bot.kernel.effects import Effect, Post, Revise, Tell
from bot.kernel.ids import SessionId, part_of

ROLES = "roles"
WHOLE = 4  # quarters
READ = timedelta(days=3)  # how long a word to a holder is worth reading


def bound(after: Scheduled, at: datetime | None) -> tuple[Scheduled, tuple[Effect, ...]]:
    """The next date was fixed for the moment *at*, or there is none: what the roles are told of it, if it is new."""
    plan = after.plan
    drawn: tuple[str, ...] = ()
    if plan.roles and after.next is not None and at is not None:
        drawn = (part_of(plan.id, after.next.day.isoformat()), at.isoformat(), *plan.roles)
    if drawn == after.drawn:
        return after, ()
    effects: list[Effect] = []
    if after.drawn and after.drawn[:1] != drawn[:1] and after.drawn[0] != after.last:
        effects.append(_off(SessionId(after.drawn[0])))
    if drawn and at is not None:
        effects.append(_draw(SessionId(drawn[0]), plan.roles, at, at + timedelta(hours=plan.window)))
    return replace(after, drawn=drawn), tuple(effects)


def ended(state: Scheduled) -> tuple[Effect, ...]:
    """The schedule is over: nobody is asked for its next date any more."""
    return (_off(SessionId(state.drawn[0])),) if state.drawn and state.drawn[0] != state.last else ()


def opened(asking: Asking, now: datetime) -> tuple[Effect, ...]:
    """The date has come; now the close is known, and there is a card that names who has which role."""
    return (_draw(asking.id, asking.roles, now, asking.closes),) if asking.roles else ()


def came(state: Collecting, event: HoldersCame) -> tuple[Collecting, tuple[Effect, ...]]:
    """Somebody else has a role now: the card says so. One that has become free is offered under it."""
    before = state.asking.holders
    if before == event.holders:
        return state, ()
    asking = replace(state.asking, holders=event.holders)
    free = [role for role, _ in before if role not in dict(event.holders)]
    offers = (
        Tell(ROLES, "missing", {"session": asking.id, "role": role, "under": "card"}, session=_rota(asking.id))
        for role in free
    )
    return replace(state, asking=asking), (
        Revise("card", answers.open_card(asking, state.shown, missed=state.missed > 0, lead=state.lead)),
        *offers,
    )


def closed(asking: Asking, count: int, now: datetime) -> tuple[Effect, ...]:
    """It is counted, and each holder gets a word in private about what is theirs now."""
    if not asking.roles:
        return ()
    served = [[role, member.key(), WHOLE] for role, member in asking.holders]
    told = {"session": asking.id, "title": "Check-in", "served": served, "there": []}
    effects: list[Effect] = [Tell(ROLES, "served", told, session=_rota(asking.id))]
    if count:
        effects += [
            Post(
                f"duty.{role}", member, cards.after_card(asking, role), "role", why=cards.why(asking), until=now + READ
            )
            for role, member in asking.holders
            if role in cards.NAMES
        ]
    return tuple(effects)


def called_off(asking: Asking) -> tuple[Effect, ...]:
    return (_off(asking.id),) if asking.roles else ()


def _draw(session: SessionId, roles: tuple[str, ...], starts: datetime, ends: datetime) -> Tell:
    payload = {
        "session": session,
        "title": "Check-in",
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "roles": list(roles),
        "says": {role: cards.SAYS[role] for role in roles if role in cards.SAYS},
        "from": "checkins",
    }
    return Tell(ROLES, "draw", payload, session=_rota(session))


def _off(session: SessionId) -> Tell:
    return Tell(ROLES, "off", {"session": session}, session=_rota(session))


def _rota(session: SessionId) -> SessionId:
    """The one session of the roles in this session's team."""
    return SessionId(f"{ROLES}.{session.partition('.')[2]}")
