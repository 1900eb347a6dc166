"""One person's part in a wave. It is also the receipt: that somebody answered, never what or when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.events import (
    Answering,
    Closed,
    Delivered,
    Event,
    FormAsked,
    Lost,
    NeverAsked,
    NotThisTime,
    Reached,
    ReminderCame,
    WentAway,
)
from bot.activities.pulse.model import (
    Answered,
    Asked,
    Declined,
    Invitation,
    Invited,
    Over,
    Part,
    Setting,
    State,
    Unreached,
    without,
)
from bot.activities.pulse.model.facts import NAMED, RECEIPT
from bot.activities.pulse.model.windows import hours_of
from bot.kernel.cards import Action
from bot.kernel.decision import Decision, Refused, Show, Whisper
from bot.kernel.effects import (
    Begin,
    CancelTimer,
    Effect,
    Forget,
    Keep,
    Post,
    Prefer,
    Retract,
    Revise,
    Seal,
    SetTimer,
    Tell,
)
from bot.kernel.ids import Member, SessionId, part_of
from bot.kernel.people import Person
from bot.kernel.words import when

RECOUNT = timedelta(minutes=1)  # in which many lost invitations are counted once


def part_id(setting: Setting, member: Member) -> SessionId:
    return part_of(setting.id, setting.part, member.key())


def begin(setting: Setting, person: Person, closes: datetime, latest: datetime, now: datetime) -> Begin:
    """Invite one person. The same person twice is invited once."""
    hours = hours_of(person)
    invitation = Invitation(
        part_id(setting, person.member),
        setting.id,
        person.member,
        setting,
        closes,
        hours.zone,
        hours.days,
        hours.starts,
        hours.ends,
    )
    return Begin(invitation.id, Invited(invitation), (_invite(invitation, now, latest),), person.member)


def _invite(invitation: Invitation, now: datetime, latest: datetime) -> Post:
    until, _ = invitation.window(now)
    card = cards.invitation_card(invitation, min(until, invitation.closes))
    return Post("invitation", invitation.member, card, "invitation", why=cards.why(invitation.setting), until=latest)


def decide(state: Part | Over, event: Event) -> Decision[State] | Refused:
    if isinstance(state, Over):
        return _over(state, event)
    invitation = state.invitation
    by = getattr(event, "by", None)
    if by is not None and by != invitation.member:
        return Refused("This invitation is somebody else's. Nothing changed.")
    match event:
        case FormAsked(survey=survey):
            if isinstance(state, Answered):
                return Decision(state, reply=Whisper(cards.again_card(invitation.setting)))
            if survey is None:
                return Refused("This survey has closed. Nothing changed.")
            return Decision(state, reply=Show(cards.survey_form(invitation, survey)))
        case Answering():
            if isinstance(state, Answered):
                return Decision(state, reply=Whisper(cards.again_card(invitation.setting)))
            return _answered(state, event)
        case NotThisTime():
            if isinstance(state, Answered):
                return Decision(state, reply=Whisper(cards.again_card(invitation.setting)))
            stands = _stands(invitation, "declined", missed=_missed(state))
            gone = (*stands, CancelTimer("remind"), Forget("waits", invitation.id))
            return Decision(Declined(invitation, _missed(state)), gone, Whisper(cards.declined_card(invitation)))
        case NeverAsked(settings=settings):
            muted = tuple(dict.fromkeys((*settings.muted, "invitation")))
            chosen = Prefer(invitation.member, replace(settings, muted=muted))
            if isinstance(state, Answered):
                return Decision(state, (chosen,), Whisper(cards.never_card()))
            stands = _stands(invitation, "declined", missed=_missed(state))
            gone = (*stands, CancelTimer("remind"), Forget("waits", invitation.id))
            return Decision(Declined(invitation, _missed(state)), (*gone, chosen), Whisper(cards.never_card()))
        case Closed():
            return _closed(state)
        case WentAway(member=member, forgotten=forgotten):
            return _went(state, member, forgotten=forgotten)
    match state, event:
        case Invited() | Unreached(), Delivered() as delivered:
            return _delivered(invitation, delivered)
        case Invited(), Lost(held=held, at=at):
            # Kept so that it is counted: nobody was asked, so nobody is expected.
            stands = _stands(invitation, "held" if held else "undelivered", missed=not held)
            return Decision(Unreached(invitation, held), (*stands, *(() if held else (_recount(invitation, at),))))
        case Unreached(held=False), Reached(at=at):
            again = _invite(invitation, at, invitation.closes)
            return Decision(Invited(invitation), (again, _recount(invitation, at), *_stands(invitation, "invited")))
        case Asked(until=until), ReminderCame():
            card = cards.reminder_card(invitation, until)
            return Decision(
                state,
                (
                    Post(
                        "reminder", invitation.member, card, "reminder", why=cards.why(invitation.setting), until=until
                    ),
                ),
            )
        case _:
            return Decision(state)


def _delivered(invitation: Invitation, delivered: Delivered) -> Decision[State]:
    """The person's own time begins; if it ends after the wave, the wave waits."""
    until, morning = invitation.window(delivered.at)
    effects: list[Effect] = [*_stands(invitation, "open")]
    if until > invitation.closes:
        effects += [
            Tell("pulse", "late", {"until": until.isoformat()}, invitation.wave),
            Revise("invitation", cards.invitation_card(invitation, until)),
        ]
    if morning is not None and invitation.setting.reminder:
        effects.append(SetTimer("remind", morning))
    line = f"{invitation.setting.title}: a survey, open until {when(until, 'day_time')}."
    press = ["Open", Action("pulse", invitation.id, "open").pack()]
    waits = {"line": line, "until": until.isoformat(), "rank": 3, "press": press}
    effects.append(Keep("waits", invitation.id, waits, member=invitation.member))
    return Decision(Asked(invitation, until), tuple(effects))


def _answered(state: Part, event: Answering) -> Decision[State]:
    invitation, missed = state.invitation, _missed(state)
    setting = invitation.setting
    row: dict[str, Any] = {"answers": dict(event.answers), "words": [dict(one) for one in event.words]}
    if setting.late:
        row["late"] = True
    if setting.copies and event.copy:
        return _sent_on(state, event)
    kept: Effect
    match setting.mode:
        case "anonymous":
            kept = Seal(setting.id, row)
        case "linked":
            kept = Seal(setting.id, row, invitation.member, setting.part)
        case _:
            kept = Keep(NAMED, invitation.id, row, member=invitation.member, timeless=True)
    stands = _stands(invitation, "answered", missed=missed)
    effects: tuple[Effect, ...] = (kept, *stands, CancelTimer("remind"), Forget("waits", invitation.id))
    if isinstance(state, Invited):  # answered in the channel, before the invitation went out
        effects = (*effects, Retract("invitation"))
    return Decision(Answered(invitation, missed), effects, Whisper(cards.thanks_card(invitation, invitation.closes)))


def _sent_on(state: Part, event: Answering) -> Decision[State]:
    """The person ticked it: the answers go on with the name, and are not among those without one."""
    invitation, missed = state.invitation, _missed(state)
    setting = invitation.setting
    card = cards.copy_card(invitation, event.copy)
    posts = [
        Post(f"copy{number}", owner, card, "report", why=f"You look after {setting.label}.")
        for number, owner in enumerate(setting.owners)
    ]
    stands = _stands(invitation, "copied", missed=missed)
    effects: tuple[Effect, ...] = (*posts, *stands, CancelTimer("remind"), Forget("waits", invitation.id))
    return Decision(Answered(invitation, missed), effects, Whisper(cards.copied_card(invitation)))


def _closed(state: Part) -> Decision[State]:
    """Everybody's part ends alike, so that an edit of the invitation tells nothing."""
    invitation = state.invitation
    effects: list[Effect] = [Forget(RECEIPT), Forget("waits", invitation.id), *_no_more_timers(invitation)]
    if isinstance(state, Invited):
        effects.append(Retract("invitation"))
    elif not isinstance(state, Unreached) and not _missed(state):
        closed = cards.closed_part_card(invitation.setting)
        effects.append(Revise("invitation", closed))
        effects.append(Revise("reminder", closed, drop_unsent=True))  # nothing, where there was none
    return Decision(Over(invitation.id, invitation.wave), tuple(effects))


def _went(state: Part, member: Member, *, forgotten: bool) -> Decision[State]:
    """Somebody left. An answer stays; without one they are not expected any more."""
    invitation = state.invitation
    if member != invitation.member:
        if not forgotten:
            return Decision(state)
        setting = without(invitation.setting, member)
        return Decision(replace(state, invitation=replace(invitation, setting=setting)))
    if isinstance(state, Answered) and not forgotten:
        return Decision(state, (CancelTimer("remind"), Forget("waits", invitation.id)))
    effects: list[Effect] = [*_no_more_timers(invitation), Forget("waits", invitation.id), Forget(RECEIPT)]
    if _missed(state):
        effects.append(_recount(invitation))
    if forgotten and invitation.setting.mode == "named":
        effects.append(Forget(NAMED))
    return Decision(Over(invitation.id, invitation.wave), tuple(effects))


def _no_more_timers(invitation: Invitation) -> tuple[CancelTimer, ...]:
    """Only who came later has an end of their own; everybody else's part ends with the wave."""
    names = ("remind", "end") if invitation.setting.late else ("remind",)
    return tuple(CancelTimer(name) for name in names)


def _over(state: Over, event: Event) -> Decision[State] | Refused:
    if isinstance(event, FormAsked | Answering | NotThisTime | NeverAsked):
        return Refused("This survey has closed. Nothing changed.")
    if isinstance(event, Closed):
        return Decision(state, (Forget(RECEIPT),))
    return Decision(state)


def _missed(state: Part) -> bool:
    """Whether the platform did not take the invitation. That stays so whatever the person does then."""
    match state:
        case Unreached(held=held):
            return not held
        case Answered(missed=missed) | Declined(missed=missed):
            return missed
        case _:
            return False


def _stands(invitation: Invitation, how: str, *, missed: bool = False) -> tuple[Keep]:
    """*missed* is about delivery alone: a count of it tells nobody whether somebody answered."""
    row = {"state": how, "missed": missed}
    return (Keep(RECEIPT, invitation.id, row, member=invitation.member, timeless=True),)


def _recount(invitation: Invitation, at: datetime | None = None) -> Tell:
    return Tell("pulse", "missed", session=invitation.wave, at=at + RECOUNT if at else None, once=True)
