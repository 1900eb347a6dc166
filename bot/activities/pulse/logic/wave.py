"""A wave: invited in sets, closed at one moment, opened, counted, shown once, followed by something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.events import (
    CalledOff,
    CameIn,
    CloseCame,
    DetailAsked,
    Event,
    Extended,
    FilesAsked,
    FollowAsked,
    Followed,
    FormAsked,
    GatherCame,
    KeepAsked,
    MissedCounted,
    Opened,
    PlaceGone,
    RevealCame,
    SecondStarted,
    SetCame,
    Spread,
    Started,
    TakenBack,
    WentAway,
)
from bot.activities.pulse.logic import shown
from bot.activities.pulse.logic.counting import NOT_FOUND, note_to_owners, opened, told_level
from bot.activities.pulse.logic.part import begin
from bot.activities.pulse.model import (
    AFTER,
    BEFORE,
    SET,
    STRETCH,
    TAKE_BACK_IN,
    Between,
    Counting,
    Finished,
    Open,
    Setting,
    Settling,
    Shown,
    State,
    Wave,
    without,
)
from bot.activities.pulse.model.facts import ANSWER, FORM, LIVE, PAIR, WORDS
from bot.activities.pulse.model.windows import hours_of, respond_by, window
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.decision import Decision, Quiet, Refused, Reply, Whisper, say
from bot.kernel.effects import (
    Begin,
    BreakSeal,
    CancelTimer,
    Effect,
    Forget,
    Keep,
    MakeSeal,
    OpenSeal,
    Post,
    Revise,
    SetTimer,
    Tell,
    Unseal,
)
from bot.kernel.hours import Hours, next_working_moment
from bot.kernel.ids import Member
from bot.kernel.people import Person
from bot.kernel.words import when
from bot.pieces import questions
from bot.pieces.holidays import Holidays

AGAIN = timedelta(hours=1)
DAILY = timedelta(days=1)
MONTH = timedelta(days=30)
GATHERED_AT = time(10)
DAYS_HERE = (30, 60, 90)


def decide(state: State | None, event: Event, now: datetime) -> Decision[Any] | Refused:
    match state, event:
        case None, Started():
            if event.setting.part == AFTER:
                return Refused("Nothing to compare with. Nothing was sent.")
            wave, effects, reply = start(event, now)
            return Decision(wave, effects, reply)
        case None, Spread():
            return _spread(event)
        case None, FormAsked():
            return Refused("This survey did not ask you, so there is nothing to fill in. Nothing changed.")
        case None, _:
            return Refused("This survey is over. Nothing changed.")
        case Open(), _:
            return _open(state, event, now)
        case Between(), SecondStarted():
            return _second(state, event, now)
        case Between(), CameIn(person=person):
            return _came_later(state, person, now)
        case ((Between() | Settling()), TakenBack(by=by)):
            return _taken_back(state, by)
        case Between(), (CalledOff() | PlaceGone()):
            return _called_off(state.setting, tell=isinstance(event, CalledOff))
        case Settling(), RevealCame():
            opening = _opening(state.setting, now, state.rate, 0)
            settled = Revise("settling", cards.settled_card(state.setting))
            return Decision(opening.state, (*opening.effects, settled))
        case Counting(), Opened():
            return opened(state, event)
        case Shown(), _:
            return shown.decide(state, event)
        case ((Between() | Settling() | Counting()), WentAway(member=member, forgotten=forgotten)):
            gone = (Unseal(state.setting.id, member, (BEFORE, AFTER)),) if forgotten and state.setting.linked else ()
            return Decision(replace(state, setting=without(state.setting, member)), gone)
        case (
            (Between() | Settling() | Counting()),
            (DetailAsked() | FilesAsked() | KeepAsked() | FollowAsked() | Followed()),
        ):
            return Refused("Results come to everybody at the same moment. There is nothing to see before.")
        case Finished(), (
            FormAsked() | DetailAsked() | FilesAsked() | KeepAsked() | FollowAsked() | Followed() | TakenBack()
        ):
            return Refused("This survey is over. Nothing changed.")
        case _:
            return Decision(state)


# beginning


def _spread(event: Spread) -> Decision[None]:
    """Each team gets a wave of its own, started as if it had been asked for there."""
    row = {"by": event.by.key(), "survey": event.survey, "topic": event.topic}
    told = tuple(Tell("pulse", "start", row, session) for session in event.teams)
    return Decision(None, told, say("Started where you look after the team, each team apart from the others."))


def start(event: Started, now: datetime, *, asked_for: bool = True) -> tuple[Open, tuple[Effect, ...], Reply]:
    """Open a wave: its copy of the survey, its seal, the first set of invitations."""
    setting = event.setting
    effects: list[Effect] = []
    if setting.mode != "named":
        effects.append(MakeSeal(setting.id, setting.size, linked=setting.linked))
    form = {
        "survey": questions.to_row(event.survey),
        "marks": sorted(questions.marks_of(event.names)),
        "about": setting.topic,
    }
    effects.append(Keep(FORM, setting.id, form, timeless=True))
    wave, begun = _gather(setting, now) if setting.gathers else _invite_all(setting, event.people, now)
    reply: Reply = Quiet()
    if asked_for:
        asked = _asked(wave, begun)
        reply = Whisper(cards.started_card(setting, asked, wave.closes), lasting=True)
    return wave, (*effects, *begun), reply


def _asked(wave: Open, begun: Iterable[Effect]) -> int:
    waiting = wave.waiting.count("\n") + 1 if wave.waiting else 0
    return waiting + sum(isinstance(effect, Begin) for effect in begun)


def _invite_all(setting: Setting, people: Iterable[Person], now: datetime) -> tuple[Open, tuple[Effect, ...]]:
    """Everybody who works at some moment while it is open, in sets, so that a crowd holds nobody up."""
    team = Hours(setting.zone)
    usual, _ = window(team, now, setting.open_days)
    latest = usual + STRETCH
    invited: list[Person] = []
    closes = usual
    for person in people:
        end, _ = window(hours_of(person), now, setting.open_days, person=person)
        if _works_before(person, now, usual):
            invited.append(person)
            closes = max(closes, min(end, latest))
    first, rest = invited[:SET], invited[SET:]
    wave = Open(setting, now, closes, latest, "\n".join(person.member.user for person in rest))
    effects: list[Effect] = [begin(setting, person, closes, latest, now) for person in first]
    effects += _live(wave)
    if rest:
        effects.append(SetTimer("invite", now))
    return wave, tuple(effects)


def _gather(setting: Setting, now: datetime) -> tuple[Open, tuple[Effect, ...]]:
    """Open for months; people are asked when it is their time."""
    closes = at_wall(local_date(now, setting.zone) + setting.months * MONTH, GATHERED_AT, setting.zone)
    wave = Open(setting, now, closes, closes + STRETCH)
    daily = (SetTimer("gather", now + DAILY),) if setting.gathers == "joining" else ()
    return wave, (*_live(wave), *daily)


def _newcomers(state: Open, people: Iterable[Person], now: datetime) -> Decision[Wave]:
    """Whoever has been here for that many days since the last looks; asked twice for one day, nobody is."""
    setting = state.setting
    effects: list[Effect] = []
    for person in people:
        for days in DAYS_HERE if person.joined and not person.founding else ():
            assert person.joined is not None
            due = person.joined + timedelta(days=days)
            if max(state.opened, now - STRETCH) <= due <= now:
                part = replace(setting, part=f"day {days}")
                effects.append(begin(part, person, state.closes, state.latest, now))
    return Decision(state, (*effects, SetTimer("gather", now + DAILY)))


def _works_before(person: Person, now: datetime, end: datetime) -> bool:
    """Whether the person is there at all while the survey is open."""
    chosen = person.settings
    begins = next_working_moment(hours_of(person), now, chosen.absences, Holidays.of(chosen.holidays))
    return begins is not None and begins < end


def _live(wave: Open) -> list[Effect]:
    row = {
        "survey": wave.setting.survey,
        "title": wave.setting.title,
        "closes": wave.closes.isoformat(),
        "phase": "open",
        "missed": wave.missed,
        "programme": wave.setting.programme,
    }
    return [Keep(LIVE, wave.setting.id, row, timeless=True), SetTimer("close", wave.closes)]


# open


def _open(state: Open, event: Event, now: datetime) -> Decision[Wave] | Refused:
    setting = state.setting
    match event:
        case SetCame(people=people):
            here = {person.member.user: person for person in people}
            users = state.waiting.split("\n")
            effects: list[Effect] = [
                begin(setting, here[user], state.closes, state.latest, now) for user in users[:SET] if user in here
            ]
            if users[SET:]:
                effects.append(SetTimer("invite", now))
            return Decision(replace(state, waiting="\n".join(users[SET:])), tuple(effects))
        case GatherCame(people=people):
            return _newcomers(state, people, now)
        case WentAway(member=member, forgotten=False) if setting.gathers == "leaving":
            after = replace(state, setting=without(setting, member))
            person = Person(member, "", setting.zone)
            return Decision(after, (begin(after.setting, person, state.closes, state.latest, now),))
        case CameIn(person=person) if setting.linked and setting.part == BEFORE:
            return Decision(state, (begin(setting, person, state.closes, state.latest, now),))
        case Extended(until=until):
            later = replace(state, closes=max(state.closes, min(until, state.latest)))
            return Decision(later, tuple(_live(later)) if later != state else ())
        case MissedCounted(number=number) if number != state.missed:
            return _missed(replace(state, missed=number))
        case CloseCame():
            return _close(state, event, now)
        case CalledOff():
            return _also_there(state, _called_off(setting, tell=True))
        case PlaceGone():
            return _called_off(setting, tell=False)
        case TakenBack(by=by):
            return _taken_back(state, by)
        case SecondStarted(by=None) if setting.part == BEFORE:
            # The programme was short: those before are not in yet. It is tried again when they are.
            return Decision(state, (Tell("pulse", "second", {}, setting.id, at=state.closes + AGAIN),))
        case SecondStarted():
            return Refused(f"{setting.title} is open until {when(state.closes, 'date_time')}. Nothing was sent.")
        case WentAway(member=member, forgotten=forgotten):
            gone = (Unseal(setting.id, member, (BEFORE, AFTER)),) if forgotten and setting.linked else ()
            waiting = "\n".join(user for user in state.waiting.split("\n") if user != member.user)
            return Decision(replace(state, setting=without(setting, member), waiting=waiting), gone)
        case DetailAsked() | FilesAsked() | KeepAsked() | FollowAsked() | Followed():
            return Refused(
                "Results come at the close, to everybody at the same moment. There is nothing to see before."
            )
        case _:
            return Decision(state)


def _missed(state: Open) -> Decision[Wave]:
    """Some did not get it. Whoever looks after the team knows how many; the channel gets a way in, once."""
    setting = state.setting
    effects: list[Effect] = [*_live(state)]
    for owner in setting.owners:
        line = {"line": cards.missed_line(setting, state.missed), "until": state.closes.isoformat(), "rank": 4}
        key = f"{setting.id}.missed.{owner.user}"
        effects.append(Keep("waits", key, line, member=owner) if state.missed else Forget("waits", key))
    if state.missed and not state.offered:
        effects.append(Post("offer", setting.place, cards.offer_card(setting), "card", until=state.latest))
    return Decision(replace(state, offered=state.offered or state.missed > 0), tuple(effects))


def _also_there(state: Open, ended: Decision[Wave]) -> Decision[Wave]:
    """The way in, in the channel, goes with the survey."""
    if not state.offered:
        return ended
    gone = [Forget("waits", f"{state.setting.id}.missed.{owner.user}") for owner in state.setting.owners]
    closed = Revise("offer", cards.closed_part_card(state.setting), drop_unsent=True)
    return replace(ended, effects=(*ended.effects, closed, *gone))


def _close(state: Open, event: CloseCame, now: datetime) -> Decision[Wave]:
    """The end for everybody: parts are told, alike, and the answers are opened or wait for their second half."""
    if now < state.closes:
        return Decision(state)  # it was moved after this timer was set
    return _also_there(state, _ended(state, event, now))


def _ended(state: Open, event: CloseCame, now: datetime) -> Decision[Wave]:
    setting = state.setting
    told: tuple[Effect, ...] = (Tell("pulse", "closed", parts=True), CancelTimer("gather"))
    rate = (event.complete, event.delivered)
    if setting.linked and setting.part == BEFORE:
        live = {"survey": setting.survey, "title": setting.title, "phase": "between", "programme": setting.programme}
        effects = (*told, Keep(LIVE, setting.id, live, timeless=True))
        level = told_level(setting, "the answers before are in, and stay sealed until those after are in, too")
        note = () if setting.programme else note_to_owners(setting, "between", cards.between_card(setting))
        return Decision(Between(setting, now), (*effects, *note, *level))
    if setting.linked:
        until = respond_by(now, setting.zone, TAKE_BACK_IN)
        post = Post("settling", setting.place, cards.settling_card(setting, until), "card")
        level = told_level(setting, f"totals come {when(until, 'day_time')}; until then answers can be taken back")
        return Decision(Settling(setting, until, rate), (*told, post, SetTimer("reveal", until), *level))
    opening = _opening(setting, now, rate, event.undelivered, event.people)
    return Decision(opening.state, (*told, *opening.effects))


def _opening(
    setting: Setting, now: datetime, rate: tuple[int, int], undelivered: int, people: int = 0
) -> Decision[Wave]:
    """Open what is sealed, and hear in the next event what was in it.

    Where somebody can be asked more than once, it is different people that have to be enough.
    """
    effects: list[Effect] = [Forget(LIVE, setting.id)]
    if setting.gathers and people < setting.minimum:
        effects.append(BreakSeal(setting.id))
    elif setting.mode == "anonymous":
        effects.append(OpenSeal(setting.id, {"answers": ANSWER, "words": WORDS}, setting.minimum))
    elif setting.linked:
        effects.append(OpenSeal(setting.id, {"": PAIR}, setting.minimum, (BEFORE, AFTER)))
    effects.append(Tell("pulse", "opened", {}, setting.id))
    return Decision(Counting(setting, now, rate, undelivered, people), tuple(effects))


def _called_off(setting: Setting, *, tell: bool) -> Decision[Wave]:
    told: tuple[Effect, ...] = (Tell("pulse", "closed", parts=True),)
    effects = (
        *told,
        BreakSeal(setting.id),
        Forget(FORM),
        Forget(LIVE, setting.id),
        *(CancelTimer(name) for name in ("close", "invite", "reveal", "gather")),
    )
    return Decision(Finished(setting.id), effects, Whisper(cards.called_off_card(setting)) if tell else Quiet())


def _second(state: Between, event: SecondStarted, now: datetime) -> Decision[Wave] | Refused:
    if event.by is not None and event.by not in state.setting.owners and event.by != state.setting.starter:
        return Refused(f"Whoever looks after {state.setting.label} can do this. Nothing changed.")
    setting = replace(state.setting, part=AFTER)
    wave, begun = _invite_all(setting, event.people, now)
    asked = _asked(wave, begun)
    if event.by is None:
        return Decision(wave, (*begun, *told_level(setting, "the questions after are open")))
    return Decision(wave, begun, Whisper(cards.started_card(setting, asked, wave.closes), lasting=True))


def _taken_back(state: Wave, by: Member) -> Decision[Wave] | Refused:
    setting = state.setting if not isinstance(state, Finished) else None
    if setting is None or not setting.linked:
        return Refused(NOT_FOUND)
    return Decision(state, (Unseal(setting.id, by, (BEFORE, AFTER)),), Whisper(cards.removed_card()))


def _came_later(state: Between, person: Person, now: datetime) -> Decision[Wave]:
    """Who comes within three working days of the first close can still answer for before."""
    setting = state.setting
    if now > respond_by(state.since, setting.zone, TAKE_BACK_IN):
        return Decision(state)
    until, _ = window(hours_of(person), now, TAKE_BACK_IN, person=person)
    begun = begin(replace(setting, late=True), person, until, until, now)
    return Decision(state, (replace(begun, effects=(*begun.effects, SetTimer("end", until))),))
