"""The one path every inbound event takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.engine.ports import StaleSessionError, Unit, Units
from bot.engine.route import SAY, Route, Routes, Unknown, unknown_card
from bot.kernel.activity import Activity, Aimed, Context, Level, Shown
from bot.kernel.cards import Action, Button, Buttons, Card, Text
from bot.kernel.decision import Decision, Quiet, Refused, Reply, Show, Whisper, say
from bot.kernel.effects import Revise
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.inbound import (
    OF_THE_CLOCK,
    ButtonPressed,
    CommandIssued,
    CommandTyped,
    FormSubmitted,
    Inbound,
    News,
)
from bot.kernel.people import Team
from bot.kernel.words import clean

ATTEMPTS = 12  # decisions on a session that others move at the same moment; nobody who presses should be sent away
CARE = "teams"  # the activity that knows who looks after a team
MAX_IDEA = 120  # characters of a command that is passed on
MAX_TYPED = 4000  # characters of a command; more is cut before it is looked up
MAX_WHOLE = 70_000  # the same where a whole file may follow: those that are sent as files have 64 kilobytes at most

FROM_BEFORE = "That card is from before. Nothing changed. Type /moderato to see what is open now."
UNREADABLE = "Something in there could not be read, a date or a number perhaps. Nothing changed; open it once more."
BUSY = "Many people pressed at once. Nothing is lost; press once more."


@dataclass(frozen=True, slots=True)
class Engine:
    """Decides and commits. Holds no state of its own."""

    activities: Mapping[str, Activity]
    routes: Routes
    units: Units
    clock: Callable[[], datetime]

    def handle(self, arrived: Inbound | CommandTyped) -> Reply:
        """Decide what *arrived* means and commit it. Never touches the network; safe to call twice with one event."""
        inbound = self._understood(arrived)
        if isinstance(inbound, Unknown):
            return Whisper(unknown_card(inbound))
        for _ in range(ATTEMPTS):
            try:
                return self._handle_once(inbound)
            except StaleSessionError:
                continue
        if isinstance(inbound, OF_THE_CLOCK):
            raise StaleSessionError(inbound.session)  # the ticker tries again later; nobody waits for the answer
        return say(BUSY)

    def hear(self, news: News) -> None:
        """Learn what the platform says about people and places, and tell the open sessions concerned."""
        for last in (False, False, True):
            try:
                with self.units() as unit:
                    if unit.claim_news(news, self.clock()):
                        unit.learn(news, self.clock())
                    unit.commit()
                    return
            except StaleSessionError:
                if last:
                    raise

    def _understood(self, arrived: Inbound | CommandTyped) -> Inbound | Unknown:
        if isinstance(arrived, ButtonPressed) and arrived.activity == SAY:
            text = f"{arrived.action.argument} {arrived.choice}".strip()
            arrived = CommandTyped(id=arrived.id, actor=arrived.actor, place=arrived.place, text=text)
        if isinstance(arrived, CommandTyped):
            text = clean(arrived.text[:MAX_TYPED])
            found = self.routes.find(text)
            if isinstance(found, Unknown):
                return found
            if found.whole and len(arrived.text) > MAX_TYPED:
                again = self.routes.find(clean(arrived.text[:MAX_WHOLE]))
                found = again if isinstance(again, Route) else found
            return CommandIssued(
                id=arrived.id,
                actor=arrived.actor,
                place=arrived.place,
                activity=found.activity,
                verb=found.verb,
                rest=found.rest,
                mentions=arrived.mentions,
            )
        if isinstance(arrived, FormSubmitted):
            values = {name: _clean(value) for name, value in arrived.values.items()}
            return replace(arrived, action=_clean_action(arrived.action), values=values)
        if isinstance(arrived, ButtonPressed):
            action, choice = _clean_action(arrived.action), clean(arrived.choice)
            if action is arrived.action and choice == arrived.choice:
                return arrived
            return replace(arrived, action=action, choice=choice)
        return arrived

    def _handle_once(self, inbound: Inbound) -> Reply:
        activity = self.activities.get(inbound.activity)
        needed = activity.allow.get(inbound.verb) if activity else None
        if activity is None or needed is None:
            if isinstance(inbound, OF_THE_CLOCK):
                raise LookupError(f"{inbound.activity!r} does not list {inbound.verb!r}")  # parked, for an operator
            return say(FROM_BEFORE)
        with self.units() as unit:
            now = self.clock()
            if not unit.claim(inbound, now):
                return Quiet()
            context = unit.context_for(inbound, activity.needs.get(inbound.verb, ()), now)
            refusal = _may(inbound, needed, context)
            if refusal is not None:
                unit.commit()
                return _named(unit, Whisper(refusal.shown()))
            aimed = _aimed(activity, inbound, context)
            if isinstance(aimed, Refused):
                unit.commit()
                return _named(unit, Whisper(aimed.shown()))
            if isinstance(aimed, Shown):
                if isinstance(inbound, OF_THE_CLOCK):
                    unit.commit()  # nobody looks: it has had its say
                return _named(unit, _again(aimed.reply, inbound))  # not committed: asked again, it is shown again
            stored = unit.load(aimed.session, _workspace(inbound))
            if stored.version and stored.activity != activity.name:
                unit.commit()
                return say(FROM_BEFORE)
            decision = activity.decide(stored.state, aimed.event, now)
            if isinstance(decision, Refused):
                unit.commit()
                return _named(unit, Whisper(decision.shown()))
            if decision.state is not None and (decision.state != stored.state or not stored.version):
                over = isinstance(decision.state, activity.finished)
                unit.save(
                    stored if stored.version else replace(stored, activity=activity.name),
                    decision.state,
                    over=over,
                    parent=aimed.parent,
                    member=aimed.member,
                    now=now,
                )
            unit.schedule(aimed.session, activity.name, decision.effects, now)
            reply = _named(unit, _again(_redrawn(unit, inbound, decision), inbound))
            unit.commit()
            return reply


def _may(inbound: Inbound, needed: Level, context: Context) -> Refused | None:
    """The only permission check. A verb that is not listed never gets here."""
    is_clock = isinstance(inbound, OF_THE_CLOCK)
    if is_clock != (needed is Level.CLOCK):
        return Refused(FROM_BEFORE)
    if context.level >= needed:
        return None
    if context.team is None:
        return Refused(
            "This works in a team's channel. Type it there, and it knows which team you mean. Nothing changed."
        )
    if needed is Level.MEMBER:
        return Refused(f"This belongs to {context.team.label}. Join the channel to take part. Nothing changed.")
    return _for_owners(inbound, context, context.team)


def _for_owners(inbound: Inbound, context: Context, team: Team) -> Refused:
    """Somebody typed what only who looks after the team may do: it can be passed on, with their name (voice 25)."""
    because = f"Whoever looks after {team.label} can do this. Nothing changed."
    if not isinstance(inbound, CommandIssued):
        return Refused(because)
    words = (one.words for of, one in context.commands if (of, one.verb) == (inbound.activity, inbound.verb))
    typed = " ".join(filter(None, (next(words, ""), inbound.rest)))[:MAX_IDEA]
    row = (
        Button("Pass it on", Action(CARE, NO_SESSION, "pass_on", typed)),
        Button("Leave it", Action(CARE, NO_SESSION, "leave_it")),
    )
    lines = (Text(because), Text("I can pass it on to them, with your name."), Buttons(row))
    return Refused(because, Card("", lines))


def _aimed(activity: Activity, inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    """What it is aimed at. Presses and forms come back from outside, so they may hold what no card of ours does."""
    try:
        return activity.aim(inbound, context)
    except (ValueError, LookupError):
        if isinstance(inbound, ButtonPressed | FormSubmitted):
            return Refused(UNREADABLE)
        raise


def _redrawn(unit: Unit, inbound: Inbound, decision: Decision[Any]) -> Reply:
    """For a press, the card it was made on as it looks after the decision: some platforms show it at once."""
    if isinstance(decision.reply, Quiet) and isinstance(inbound, ButtonPressed) and inbound.message:
        revised = {effect.name: effect.card for effect in decision.effects if isinstance(effect, Revise)}
        shown = unit.shown(inbound.place, inbound.message) if revised else None
        if shown is not None and shown[1] in revised:
            return Quiet(revised[shown[1]])
    return decision.reply


def _again(reply: Reply, inbound: Inbound) -> Reply:
    """A form that this request cannot open (a typed command on Teams) is opened by a button that asks the same."""
    if isinstance(reply, Show) and reply.again is None and isinstance(inbound, CommandIssued):
        return Show(reply.form, Action(inbound.activity, NO_SESSION, inbound.verb, inbound.rest[:150]))
    return reply


def _named(unit: Unit, reply: Reply) -> Reply:
    match reply:
        case Whisper(card=card, lasting=lasting):
            return Whisper(unit.named(card), lasting)
        case Show(form=form, again=again):
            return Show(unit.named(form), again)
        case Quiet(now=card) if card is not None:
            return Quiet(unit.named(card))
        case _:
            return reply


def _workspace(inbound: Inbound) -> tuple[str, str]:
    if isinstance(inbound, OF_THE_CLOCK):
        return inbound.workspace
    return inbound.actor.platform, inbound.actor.workspace


def _clean_action(action: Action) -> Action:
    """A press comes back from outside: what no card of ours holds must not reach the database."""
    words = (action.activity, action.session, action.verb, action.argument)
    cleaned = tuple(clean(word) for word in words)
    if cleaned == words:
        return action
    return Action(cleaned[0], SessionId(cleaned[1]), *cleaned[2:])


def _clean(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return clean(value) if isinstance(value, str) else tuple(clean(one) for one in value)
