"""How a recap is corrected and filed, an action taken and followed up, a decision looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from bot.activities.records.cards import archivist as archivist_cards
from bot.activities.records.cards import record as cards
from bot.activities.records.logic import archivist
from bot.activities.records.model import (
    Action,
    ActionChanged,
    ActionMade,
    Added,
    Agreed,
    Content,
    Corrected,
    DateMoved,
    Decided,
    DecisionMade,
    Declined,
    Done,
    Dropped,
    Event,
    Filed,
    FiledRecap,
    HandedOver,
    LineLeft,
    Noted,
    NotNeeded,
    Opening,
    OpenRecap,
    PassedOn,
    PlaceGone,
    Published,
    RecapCame,
    Record,
    Retitled,
    Settled,
    StillRight,
    TagsGiven,
    Taken,
    TimeCame,
    Todo,
    WentAway,
    Withdrawn,
    Written,
)
from bot.kernel.decision import Decision, Refused, Show, say
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Post, Revise, SetTimer, Tell, Under
from bot.kernel.ids import Member, part_of
from bot.kernel.words import plural, who

FROM_BEFORE = Refused("This is filed already. Nothing changed.")


def decide(state: Record | None, event: Event, now: datetime) -> Decision[Record] | Refused:
    if isinstance(event, PlaceGone) and state is not None and not isinstance(state, Filed):
        return Decision(Filed(state.id, now), (CancelTimer("file"), CancelTimer("due"), CancelTimer("review")))
    match state:
        case None:
            return _first(event, now)
        case OpenRecap():
            return _open_recap(state, event, now)
        case FiledRecap():
            return _filed_recap(state, event, now)
        case Action():
            return _action(state, event, now)
        case Decided():
            return _decided(state, event, now)
        case Filed():
            return Decision(state) if isinstance(event, TimeCame | ActionChanged | WentAway) else FROM_BEFORE
        case _:
            assert_never(state)


def _first(event: Event, now: datetime) -> Decision[Record] | Refused:
    match event:
        case RecapCame():
            return _recap(event, now)
        case ActionMade(action=action, by=by, under=under):
            taken = replace(action, taken=action.holder == by)
            to = Under("card", under) if under else action.home.place
            shown = Post("card", to, cards.action_card(taken), "asked")
            return Decision(taken, (shown, *_kept(taken), *_reminder(taken)))
        case DecisionMade(decided=decided):
            shown = Post("card", decided.home.place, cards.decision_card(decided), "asked")
            return _keep_decision(decided, now, shown)
        case Written(id=id_, home=home, by=by, text=text, kind=kind):
            row = {"kind": kind, "title": cards.short(text, 60), "text": text, "tags": []}
            effects: list[Effect] = [_filed(id_, row, by)]
            if kind == "parked":
                effects.append(Keep("parked", id_, {"text": text}))
            reply = say(
                f"Parked. See what is parked with: park. Everyone in {home.team_label} can."
                if kind == "parked"
                else f"Kept. Everyone in {home.team_label} can find it in the archive."
            )
            return Decision(Filed(id_, now), tuple(effects), reply)
        case LineLeft(id=id_, home=home, by=by, text=text):
            line = Keep("host_line", id_, {"text": text}, member=by)
            return Decision(Filed(id_, now), (line,), say("Kept for whoever hosts next. The story so far shows it."))
        case PassedOn(id=id_, session=session, by=by, text=text, park=park):
            payload = {"member": by.key(), "text": text, "park": park}
            reply = say("Parked. It comes up in the recap." if park else "Noted. It is part of the session's record.")
            return Decision(Filed(id_, now), (Tell("guides", "note", payload, session=session),), reply)
        case TagsGiven(id=id_, rows=rows):
            kept = tuple(_filed(key, dict(row)) for key, row in rows)
            return Decision(
                Filed(id_, now), kept, say(plural(len(rows), "1 record has tags.", "{n} records have tags."))
            )
        case Dropped(id=id_, key=key):
            return Decision(Filed(id_, now), (Forget("parked", key),), say("Dropped. The archive still finds it."))
        case _:
            return FROM_BEFORE


def _filed(key: str, row: dict[str, Any], by: Member | None = None) -> Keep:
    """Into the archive, found by its title, its words and its tags."""
    words = " ".join((str(row["title"]), str(row["text"]), *row["tags"]))
    return Keep("filed", key, row, member=by, words=words)


# the recap


def _recap(event: RecapCame, now: datetime) -> Decision[Record]:
    content, begun = event.content, []
    actions = []
    for number, todo in enumerate(content.actions):
        action = Action(
            part_of(event.id, "action", str(number)),
            event.home,
            todo.what,
            now,
            recap=event.id,
            holder=todo.member,
            zone=event.home.zone,
            due=todo.due,
        )
        actions.append(replace(todo, session=action.id))
        begun.append(Begin(action.id, action, _kept(action)))
    content = replace(content, actions=tuple(actions))
    until = archivist.until(event.home, content.ended, event.archivist)
    state = OpenRecap(event.id, event.home, content, until, event.ask, made=len(actions), archivist=event.archivist)
    post = Post("recap", Under("card", event.under), cards.recap_card(state), "recap")
    parked = () if state.ask else _parked(state)
    return Decision(state, (post, *begun, *parked, *archivist.asked(state), SetTimer("file", max(until, now))))


def _parked(state: OpenRecap) -> tuple[Effect, ...]:
    """What was parked waits in a list of its own, until somebody makes something of it or drops it."""
    return tuple(Keep("parked", f"{state.id}.{n}", {"text": text}) for n, text in enumerate(state.content.parked))


def _open_recap(state: OpenRecap, event: Event, now: datetime) -> Decision[Record] | Refused:
    got = state.content
    match event:
        case Opening(what="correct"):
            return Decision(state, reply=Show(cards.correct_form(state)))
        case Opening(what="add"):
            return Decision(state, reply=Show(cards.add_form(state)))
        case Opening(what="retitle"):
            return Decision(state, reply=Show(archivist_cards.retitle_form(state)))
        case Published(by=by):
            return archivist.why_not(state, by) or _published(state, now)
        case Retitled():
            retitled = archivist.retitled(state, event)
            return retitled if isinstance(retitled, Refused) else _shown(retitled, "Saved. It is not filed yet.")
        case Agreed():
            return _shown(replace(state, agreed=True))
        case Corrected(points=points, decision=decision, question=question):
            decisions = ((decision,) if decision else ()) + got.decisions[1:]
            if decision and got.decisions:
                decisions = (replace(decision, how=got.decisions[0].how), *got.decisions[1:])
            changed = replace(got, points=points, decisions=decisions, question=question)
            return _shown(replace(state, content=changed), "Corrected. The recap in the thread has it.")
        case Added():
            return _added(state, event, now)
        case ActionChanged():
            return _shown(replace(state, content=_with_action(got, event)))
        case TimeCame(timer="file"):
            return _file(state, now)
        case WentAway(member=member):
            left = archivist.without(replace(state, content=_without(got, member)), member, now)
            waits: tuple[Effect, ...] = (SetTimer("file", left.until),) if left.until != state.until else ()
            return Decision(left, waits)
        case _:
            return Decision(state) if isinstance(event, TimeCame) else FROM_BEFORE


def _published(state: OpenRecap, now: datetime) -> Decision[Record]:
    filed = _file(state, now)
    return replace(filed, effects=(CancelTimer("file"), *filed.effects), reply=say("Published. The archive has it."))


def _shown(state: OpenRecap, reply: str = "") -> Decision[Record]:
    revised = (Revise("recap", cards.recap_card(state)), *archivist.follows(state))
    return Decision(state, revised, say(reply)) if reply else Decision(state, revised)


def _added(state: OpenRecap, event: Added, now: datetime) -> Decision[Record]:
    got = state.content
    begun: tuple[Effect, ...] = ()
    match event.kind:
        case "action":
            session = part_of(state.id, "action", str(state.made))
            action = Action(session, state.home, event.text, now, event.by, state.id, event.holder, state.home.zone)
            action = replace(action, due=event.due)
            todo = Todo(session, event.text, event.holder, event.due)
            got = replace(got, actions=(*got.actions, todo))
            state = replace(state, made=state.made + 1)
            begun = (Begin(session, action, _kept(action)),)
        case "decision":
            got = replace(got, decisions=(*got.decisions, Settled(event.text)))
        case "note":
            got = replace(got, notes=(*got.notes, Noted(event.text, event.by)))
        case _:
            got = replace(got, points=(*got.points, event.text))
    shown = _shown(replace(state, content=got), "Added. The recap in the thread has it.")
    return replace(shown, effects=(*begun, *shown.effects))


def _with_action(got: Content, event: ActionChanged) -> Content:
    return replace(
        got,
        actions=tuple(
            replace(todo, member=event.member, due=event.due, taken=event.taken, closed=event.closed)
            if todo.session == event.session
            else todo
            for todo in got.actions
        ),
    )


def _without(got: Content, member: Member) -> Content:
    return replace(
        got,
        notes=tuple(replace(note, member=None) if note.member == member else note for note in got.notes),
        actions=tuple(
            replace(todo, member=None, taken=False) if todo.member == member else todo for todo in got.actions
        ),
    )


def _file(state: OpenRecap, now: datetime) -> Decision[Record]:
    """After a day: into the archive, unless it was to be filed only with everybody's word."""
    got, home = state.content, state.home
    filed = FiledRecap(state.id, home, got, not state.ask or state.agreed)
    effects: list[Effect] = [Revise("recap", cards.recap_card(filed)), *archivist.filed(state, now)]
    if filed.found:
        text = "\n".join(_plain(line, got) for line in cards.recap_lines(got))
        row = {"kind": "recap", "title": got.topic, "text": text, "tags": list(got.tags), "guide": got.guide}
        effects.append(_filed(state.id, row | {"minutes": got.minutes, "people": got.people}))
        for number, settled in enumerate(got.decisions):
            decided = Decided(part_of(state.id, "decision", str(number)), home, settled, None, now)
            kept = _keep_decision(decided, now)
            effects.append(Begin(decided.id, kept.state, kept.effects))
        effects += _parked(state) if state.ask else ()
    if all(todo.closed for todo in got.actions):
        return Decision(Filed(state.id, now), tuple(effects))
    return Decision(filed, tuple(effects))


def _plain(line: str, got: Content) -> str:
    """A line for the archive: without people, so that renames and wishes to be forgotten need nothing there."""
    for member in {note.member for note in got.notes} | {todo.member for todo in got.actions}:
        if member is not None:
            line = (
                line.replace(f" ({who(member)})", "").replace(f", {who(member)}", "").replace(who(member), "somebody")
            )
    return line


def _filed_recap(state: FiledRecap, event: Event, now: datetime) -> Decision[Record] | Refused:
    match event:
        case ActionChanged():
            changed = replace(state, content=_with_action(state.content, event))
            over = all(todo.closed for todo in changed.content.actions)
            return Decision(Filed(state.id, now) if over else changed, (Revise("recap", cards.recap_card(changed)),))
        case WentAway(member=member):
            return Decision(replace(state, content=_without(state.content, member)))
        case TimeCame():
            return Decision(state)
        case _:
            return FROM_BEFORE


# actions


def _kept(action: Action) -> tuple[Effect, ...]:
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


def _reminder(action: Action) -> tuple[Effect, ...]:
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
    effects = (*first, *shown, *_kept(action), *_reminder(action), *_tell_recap(action))
    return Decision(action, effects, say(reply)) if reply else Decision(action, effects)


def _action(task: Action, event: Event, now: datetime) -> Decision[Record] | Refused:
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
    row = {"kind": "action", "title": cards.short(task.what, 60), "text": f"{task.what}: {how}", "tags": []}
    effects.append(_filed(task.id, row))
    return Decision(Filed(task.id, now), tuple(effects), say(line))


# decisions


def _keep_decision(decided: Decided, now: datetime, *first: Effect) -> Decision[Record]:
    settled = decided.settled
    row = {
        "kind": "decision",
        "title": cards.short(settled.what, 60),
        "text": cards.decision_line(settled),
        "tags": [],
    }
    effects = (*first, _filed(decided.id, row), Keep("decision", decided.id, _decision_fact(decided)))
    if not settled.review:
        return Decision(Filed(decided.id, now), effects)
    at = cards.morning(settled.review, decided.home.zone) + timedelta(hours=4)
    return Decision(decided, (*effects, SetTimer("review", max(at, now))))


def _decision_fact(decided: Decided) -> dict[str, Any]:
    one = decided.settled
    return {"what": one.what, "why": one.why, "against": one.against, "how": one.how, "review": one.review}


def _decided(state: Decided, event: Event, now: datetime) -> Decision[Record] | Refused:
    match event:
        case TimeCame(timer="review") if not state.asked:
            asked = replace(state, asked=True)
            post = Post("review", state.home.place, cards.review_card(state), "card", until=now + timedelta(days=7))
            return Decision(asked, (post,))
        case StillRight(by=by):
            line = f"{cards.decision_line(replace(state.settled, review=''))} Still right, says {who(by)}."
            return Decision(Filed(state.id, now), (Revise("review", cards.reviewed_card(state, line)),))
        case Withdrawn(by=by):
            line = f"No longer, says {who(by)}. What follows can be kept with: decision."
            row = {
                "kind": "decision",
                "title": cards.short(state.settled.what, 60),
                "text": f"{cards.decision_line(replace(state.settled, review=''))} Withdrawn.",
                "tags": [],
            }
            effects = (Revise("review", cards.reviewed_card(state, line)), _filed(state.id, row))
            return Decision(Filed(state.id, now), effects)
        case TimeCame() | WentAway():
            return Decision(state)
        case _:
            return FROM_BEFORE
