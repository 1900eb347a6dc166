"""How a recap is corrected for a day, and then filed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.records.cards import archivist as archivist_cards
from bot.activities.records.cards import record as cards
from bot.activities.records.events import (
    ActionChanged,
    Added,
    Agreed,
    Corrected,
    Event,
    Opening,
    Published,
    RecapCame,
    Retitled,
    TimeCame,
    WentAway,
)
from bot.activities.records.logic import actions, archivist, decisions
from bot.activities.records.logic.actions import FROM_BEFORE
from bot.activities.records.model import (
    Action,
    Content,
    Decided,
    Filed,
    FiledRecap,
    Noted,
    OpenRecap,
    Record,
    Settled,
    Todo,
)
from bot.kernel.decision import Decision, Refused, Show, say
from bot.kernel.effects import Begin, CancelTimer, Effect, Keep, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member, part_of
from bot.kernel.words import who
from bot.pieces.filing import filed


def first(event: RecapCame, now: datetime) -> Decision[Record]:
    content, begun = event.content, []
    todos = []
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
        todos.append(replace(todo, session=action.id))
        begun.append(Begin(action.id, action, actions.kept(action)))
    content = replace(content, actions=tuple(todos))
    until = archivist.until(event.home, content.ended, event.archivist)
    state = OpenRecap(event.id, event.home, content, until, event.ask, made=len(todos), archivist=event.archivist)
    post = Post("recap", Under("card", event.under), cards.recap_card(state), "recap")
    parked = () if state.ask else _parked(state)
    return Decision(state, (post, *begun, *parked, *archivist.asked(state), SetTimer("file", max(until, now))))


def _parked(state: OpenRecap) -> tuple[Effect, ...]:
    """What was parked waits in a list of its own, until somebody makes something of it or drops it."""
    return tuple(Keep("parked", f"{state.id}.{n}", {"text": text}) for n, text in enumerate(state.content.parked))


def in_open(state: OpenRecap, event: Event, now: datetime) -> Decision[Record] | Refused:
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
    done = _file(state, now)
    return replace(done, effects=(CancelTimer("file"), *done.effects), reply=say("Published. The archive has it."))


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
            begun = (Begin(session, action, actions.kept(action)),)
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
    over = FiledRecap(state.id, home, got, not state.ask or state.agreed)
    effects: list[Effect] = [Revise("recap", cards.recap_card(over)), *archivist.filed(state, now)]
    if over.found:
        text = "\n".join(_plain(line, got) for line in cards.recap_lines(got))
        effects.append(
            filed(
                state.id,
                "recap",
                got.topic,
                text,
                tags=got.tags,
                guide=got.guide,
                minutes=got.minutes,
                people=got.people,
            )
        )
        for number, settled in enumerate(got.decisions):
            decided = Decided(part_of(state.id, "decision", str(number)), home, settled, None, now)
            kept = decisions.keep(decided, now)
            effects.append(Begin(decided.id, kept.state, kept.effects))
        effects += _parked(state) if state.ask else ()
    if all(todo.closed for todo in got.actions):
        return Decision(Filed(state.id, now), tuple(effects))
    return Decision(over, tuple(effects))


def _plain(line: str, got: Content) -> str:
    """A line for the archive: without people, so that renames and wishes to be forgotten need nothing there."""
    for member in {note.member for note in got.notes} | {todo.member for todo in got.actions}:
        if member is not None:
            line = (
                line.replace(f" ({who(member)})", "").replace(f", {who(member)}", "").replace(who(member), "somebody")
            )
    return line


def in_filed(state: FiledRecap, event: Event, now: datetime) -> Decision[Record] | Refused:
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
