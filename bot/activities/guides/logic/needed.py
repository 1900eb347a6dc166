"""A role that is needed now, and whose holder is not there: it is offered to those who are.

Who is expected is not named. The offer and the first tap belong to the roles; here is when a role is first needed:
the host two minutes after the session opened, the timekeeper at the first sign of the clock, the note-taker as the
recap begins. Being there is having pressed something: I'm here, or any button since.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.model import TWO_MINUTES, Lobby, Running, Session, Setting
from bot.kernel.decision import Decision
from bot.kernel.effects import Effect, SetTimer, Tell
from bot.kernel.ids import Member, SessionId

TIMER = "no_show"
AGAIN = timedelta(minutes=1)  # while nobody is there at all, there is nobody to ask


def waits(setting: Setting, now: datetime) -> tuple[Effect, ...]:
    """As a planned session opens."""
    return (SetTimer(TIMER, now + TWO_MINUTES),) if _rotates(setting, "facilitator") else ()


def in_lobby(state: Lobby, now: datetime) -> Decision[Session]:
    setting = state.setting
    if setting.facilitator in state.present:
        return Decision(state)
    if not state.present:
        return Decision(state, (SetTimer(TIMER, now + AGAIN),))
    return Decision(state, (_offer(setting, "facilitator"),))


def came_in(state: Lobby, holders: tuple[tuple[str, Member], ...]) -> Lobby:
    """Once a session has opened, whoever has a role anew has just taken it, so they are there."""
    setting = state.setting
    new = dict.fromkeys(member for role, member in holders if setting.holder(role) not in (None, member))
    return replace(state, present=(*state.present, *(member for member in new if member not in state.present)))


def needed(run: Running, role: str) -> tuple[Effect, ...]:
    """While it runs; the same role is offered but once."""
    setting = run.setting
    holder = setting.facilitator if role == "facilitator" else setting.holder(role)
    if not _rotates(setting, role) or holder in run.present:
        return ()
    return (_offer(setting, role),)


def taken(setting: Setting, role: str, member: Member) -> tuple[Effect, ...]:
    """Somebody has it without an offer: whoever starts a session hosts it."""
    if not _rotates(setting, role):
        return ()
    payload = {"session": setting.id, "role": role, "member": member.key()}
    return (Tell("roles", "taken", payload, session=_rota(setting)),)


def _rotates(setting: Setting, role: str) -> bool:
    planned = setting.at is not None and not (setting.rehearsal or setting.quick or setting.days)
    return planned and setting.with_roles and role in setting.roles


def _offer(setting: Setting, role: str) -> Tell:
    payload = {"session": setting.id, "role": role, "under": "card"}
    return Tell("roles", "missing", payload, session=_rota(setting))


def _rota(setting: Setting) -> SessionId:
    return SessionId(f"roles.{setting.team}")
