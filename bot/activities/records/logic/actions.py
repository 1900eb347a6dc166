"""How an action is taken, moved, handed over, reminded of and closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.activities.records.cards import record as cards
from bot.activities.records.events import (
    DateMoved,
    Declined,
    Done,
    Event,
    HandedOver,
    NotNeeded,
    Opening,
    Taken,
    TimeCame,
    WentAway,
)
from bot.activities.records.model import Action, Filed, Record, Todo
from bot.kernel.decision import Decision, Refused, Show, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Post, Revise, SetTimer, Tell
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.filing import filed

FROM_BEFORE = Refused("This is filed already. Nothing changed.")


def kept(action: Action) -> tuple[Effect, ...]:
    """What lists, the next session and the metrics read."""
    row = {
        "id": action.id,
        "what": action.what,
        "member": action.holder.key() if action.holder else "",
        "due": action.due,
        "taken": action.taken,
    }
    todo = Todo(action.id, action.what, action.holder, action.due, action.taken)
    line = cards.todo_line(todo).removeprefix("To do: ")
    open_ = Keep("action_open", action.id, row | {"line": line}, member=action.holder)
    return (open_, Keep("action", action.id, _fact(action), member=action.holder))


def _fact(action: Action, done: str = "", how: str = "") -> dict[str, Any]:
    return {
        "what": action.what,
        "created": action.created.isoformat(),
        "due": action.due,
        "first_due": action.moves[0][0] if action.moves else action.due,
        "moves": len(action.moves),
        "taken": action.taken,
        "done": done,
        "how": how,
    }


def reminder(action: Action) -> tuple[Effect, ...]:
    if not (action.due and action.taken):
        return (CancelTimer("due"),)
    return (SetTimer("due", cards.morning(action.due, action.zone or action.home.zone)),)


def _tell_recap(action: Action, closed: str = "") -> tuple[Effect, ...]:
    if not action.recap:
        return ()
    payload = {
        "action": action.id,
        "member": action.holder.key() if action.holder else "",
        "due": action.due,
        "taken": action.taken,
        "closed": closed,
    }
    return (Tell("records", "action", payload, session=action.recap),)


def _moved_on(action: Action, *first: Effect, reply: str = "") -> Decision[Record]:
    shown = () if action.recap else (Revise("card", cards.action_card(action)),)
    effects = (*first, *shown, *kept(action), *reminder(action), *_tell_recap(action))
    return Decision(action, effects, say(reply)) if reply else Decision(action, effects)


def decide(task: Action, event: Event, now: datetime) -> Decision[Record] | Refused:
    match event:
        case Taken(by=by, zone=zone):
            return _taken(task, by, zone)
        case Declined(by=by):
            if by != task.offered:
                return Refused("This was not offered to you. Nothing changed.")
            back = replace(task, offered=None)
            line = "Nothing changed for you, and nobody asks why."
            effects: list[Effect] = [Revise(f"offer{task.posts}", cards.answered_card(task, line))]
            if task.holder:
                told = cards.answered_card(task, "It stays with you; the other person has no room right now.")
                effects.append(Post(f"stays{task.posts}", task.holder, told, "asked"))
            return Decision(back, tuple(effects))
        case Opening(by=by, what="move"):
            return _own(task, by) or Decision(task, reply=Show(cards.move_form(task)))
        case Opening(by=by, what="hand_over", people=people):
            others = tuple((key, name) for key, name in people if key != by.key())
            if not others:
                return _own(task, by) or Refused(f"Nobody else is in {task.home.team_label} yet. It stays where it is.")
            return _own(task, by) or Decision(task, reply=Show(cards.hand_form(task, others)))
        case DateMoved(by=by, to=to, why=why):
            return _own(task, by) or _date_moved(task, to, why, now)
        case HandedOver(by=by, to=to):
            return _own(task, by) or _handed(task, to)
        case Done(by=by):
            return _own(task, by) or _closed(task, "done", now)
        case NotNeeded(by=by):
            return _own(task, by) or _closed(task, "not needed any more", now)
        case TimeCame(timer="due") if task.taken and task.holder and not task.asked:
            asked = replace(task, asked=True, posts=task.posts + 1)
            why = f"You took this on in {task.home.team_label}."
            return Decision(
                asked, (Post(f"due{asked.posts}", task.holder, cards.due_card(asked), "commitment", why=why),)
            )
        case WentAway(member=member):
            if member == task.offered:
                return Decision(replace(task, offered=None))
            if member != task.holder:
                return Decision(replace(task, by=None if task.by == member else task.by))
            free = replace(task, holder=None, taken=False, offered=None)
            open_again: tuple[Effect, ...] = ()
            if task.recap:
                open_again = (Post("card", task.home.place, cards.action_card(free)),)
            return _moved_on(free, *open_again)
        case TimeCame():
            return Decision(task)
        case _:
            return FROM_BEFORE


def _own(task: Action, by: Member) -> Refused | None:
    """Whoever holds it, looks after the team, or wrote it while nobody has taken it."""
    if by == task.holder or by in task.home.owners or (not task.taken and (task.by == by or task.holder is None)):
        return None
    assert task.holder is not None
    return Refused(f"{who(task.holder)} holds this and can do that. Nothing changed.")


def _taken(task: Action, by: Member, zone: str) -> Decision[Record] | Refused:
    if task.taken and task.holder == by:
        return Decision(task)
    if task.taken and by != task.offered:
        assert task.holder is not None
        return Refused(f"{who(task.holder)} was a second faster. Thank you for offering.")
    if not task.taken and task.holder not in (None, by):
        assert task.holder is not None
        return Refused(f"This is meant for {who(task.holder)}; until they answer it stays so. Nothing changed.")
    effects: list[Effect] = []
    if task.offered == by:
        done = cards.answered_card(task, "It is yours now. I remind you once, on the morning of its date.")
        effects.append(Revise(f"offer{task.posts}", done))
        if task.holder:
            told = cards.answered_card(task, f"{who(by)} takes it over.")
            effects.append(Post(f"over{task.posts}", task.holder, told, "asked"))
    taken = replace(task, holder=by, taken=True, zone=zone or task.home.zone, offered=None, asked=False)
    remind = " I remind you once, on the morning of its date." if task.due else ""
    return _moved_on(taken, *effects, reply=f"It is yours.{remind}")


def _date_moved(task: Action, to: str, why: str, now: datetime) -> Decision[Record] | Refused:
    if cards.morning(to, task.zone or task.home.zone) + timedelta(days=1) < now:
        return Refused("That day has passed. Choose a later one.")
    moved = replace(task, due=to, moves=(*task.moves, (task.due, why)), asked=False)
    first = _answer(task, f"Moved to {cards.day(to)}. I remind you once, that morning.")
    return _moved_on(moved, *first, reply=f"Moved to {cards.day(to)}.")


def _handed(task: Action, to: Member) -> Decision[Record] | Refused:
    if to == task.holder:
        return Refused("It is with this person already. Nothing changed.")
    offered = replace(task, offered=to, posts=task.posts + 1)
    why = f"{who(task.holder)} asks you." if task.holder else f"It is open in {task.home.team_label}."
    post = Post(f"offer{offered.posts}", to, cards.offered_card(offered), "commitment", why=why)
    return Decision(offered, (post,), say(f"I ask {who(to)} alone. Until then it stays with you."))


def _answer(task: Action, line: str) -> tuple[Effect, ...]:
    """The reminder, once it was answered."""
    return (Revise(f"due{task.posts}", cards.answered_card(task, line)),) if task.asked else ()


def _closed(task: Action, how: str, now: datetime) -> Decision[Record]:
    line = f"{how[:1].upper()}{how[1:]}."
    effects: list[Effect] = [*_answer(task, line), CancelTimer("due"), Forget("action_open", task.id)]
    if not task.recap:
        effects.append(Revise("card", cards.closed_card(task, how)))
    zone = task.zone or task.home.zone
    effects.append(Keep("action", task.id, _fact(task, cards.local_day(now, zone), how)))
    effects += _tell_recap(task, how)
    effects.append(filed(task.id, "action", cards.short(task.what, 60), f"{task.what}: {how}"))
    return Decision(Filed(task.id, now), tuple(effects), say(line))
