"""A wave: invited in sets, closed at one moment, opened, counted, shown once, followed by something."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.logic.part import NAMED, begin
from bot.activities.pulse.model import (
    AFTER,
    BEFORE,
    KEEP_RAW,
    SET,
    STRETCH,
    TAKE_BACK_IN,
    Between,
    CalledOff,
    CameIn,
    CloseCame,
    Counting,
    DetailAsked,
    Event,
    Extended,
    FilesAsked,
    Finished,
    FollowAsked,
    Followed,
    FormAsked,
    Open,
    Opened,
    OwedCame,
    PlaceGone,
    RawEnded,
    RevealCame,
    SecondStarted,
    SetCame,
    Setting,
    Settling,
    Shown,
    Spread,
    Started,
    State,
    TakenBack,
    Wave,
    WentAway,
    hours_of,
    respond_by,
    window,
    without,
)
from bot.kernel.cards import Card
from bot.kernel.content import Survey
from bot.kernel.decision import Decision, Quiet, Refused, Reply, Show, Whisper, say
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
from bot.kernel.words import listed, when, who
from bot.pieces import questions, scores
from bot.pieces.holidays import Holidays

FORM = "pulse_form"  # kind of fact: the survey as this wave asks it
LIVE = "pulse_open"  # kind of fact: a wave that is open, or that waits for its second half
RESULT = "pulse"  # kind of fact: what was shown of a wave
ANSWER, WORDS, PAIR = "pulse_answer", "pulse_words", "pulse_pair"
RAW = (ANSWER, WORDS, PAIR)


def decide(state: State | None, event: Event, now: datetime) -> Decision[Any] | Refused:
    match state, event:
        case None, Started():
            if event.setting.part == AFTER:
                return Refused("Nothing to compare with. Nothing was sent.")
            wave, effects, reply = start(event, now)
            return Decision(wave, effects, reply)
        case None, Spread():
            return _spread(event)
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
            return _opening(state.setting, now, state.rate, 0)
        case Counting(), Opened():
            return _opened(state, event)
        case Shown(), _:
            return _shown(state, event)
        case ((Between() | Settling() | Counting()), WentAway(member=member, forgotten=forgotten)):
            gone = (Unseal(state.setting.id, member, (BEFORE, AFTER)),) if forgotten and _linked(state.setting) else ()
            return Decision(replace(state, setting=without(state.setting, member)), gone)
        case ((Between() | Settling() | Counting()), (DetailAsked() | FilesAsked() | FollowAsked() | Followed())):
            return Refused("Results come to everybody at the same moment. There is nothing to see before.")
        case Finished(), (FormAsked() | DetailAsked() | FilesAsked() | FollowAsked() | Followed() | TakenBack()):
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
        effects.append(MakeSeal(setting.id, setting.size, linked=_linked(setting)))
    form = {"survey": questions.to_row(event.survey), "marks": sorted(questions.marks_of(event.names))}
    effects.append(Keep(FORM, setting.id, form, timeless=True))
    wave, begun = _invite_all(setting, event.people, now)
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
        case CameIn(person=person) if _linked(setting) and setting.part == BEFORE:
            return Decision(state, (begin(setting, person, state.closes, state.latest, now),))
        case Extended(until=until):
            later = replace(state, closes=max(state.closes, min(until, state.latest)))
            return Decision(later, tuple(_live(later)) if later != state else ())
        case CloseCame():
            return _close(state, event, now)
        case CalledOff():
            return _called_off(setting, tell=True)
        case PlaceGone():
            return _called_off(setting, tell=False)
        case TakenBack(by=by):
            return _taken_back(state, by)
        case SecondStarted():
            return Refused(f"{setting.title} is open until {when(state.closes, 'date_time')}. Nothing was sent.")
        case WentAway(member=member, forgotten=forgotten):
            gone = (Unseal(setting.id, member, (BEFORE, AFTER)),) if forgotten and _linked(setting) else ()
            waiting = "\n".join(user for user in state.waiting.split("\n") if user != member.user)
            return Decision(replace(state, setting=without(setting, member), waiting=waiting), gone)
        case DetailAsked() | FilesAsked() | FollowAsked() | Followed():
            return Refused(
                "Results come at the close, to everybody at the same moment. There is nothing to see before."
            )
        case _:
            return Decision(state)


def _close(state: Open, event: CloseCame, now: datetime) -> Decision[Wave]:
    """The end for everybody: parts are told, alike, and the answers are opened or wait for their second half."""
    if now < state.closes:
        return Decision(state)  # it was moved after this timer was set
    setting = state.setting
    told: tuple[Effect, ...] = (Tell("pulse", "closed", parts=True),)
    rate = (event.complete, event.delivered)
    if _linked(setting) and setting.part == BEFORE:
        live = {"survey": setting.survey, "title": setting.title, "phase": "between"}
        effects = (*told, Keep(LIVE, setting.id, live, timeless=True))
        note = _note_to_owners(setting, "between", cards.between_card(setting))
        return Decision(Between(setting, now), (*effects, *note))
    if _linked(setting):
        until = respond_by(now, setting.zone, TAKE_BACK_IN)
        post = Post("settling", setting.place, cards.settling_card(setting, until), "card")
        return Decision(Settling(setting, until, rate), (*told, post, SetTimer("reveal", until)))
    opening = _opening(setting, now, rate, event.undelivered)
    return Decision(opening.state, (*told, *opening.effects))


def _opening(setting: Setting, now: datetime, rate: tuple[int, int], undelivered: int) -> Decision[Wave]:
    """Open what is sealed, and hear in the next event what was in it."""
    effects: list[Effect] = [Forget(LIVE, setting.id)]
    if setting.mode == "anonymous":
        effects.append(OpenSeal(setting.id, {"answers": ANSWER, "words": WORDS}, setting.minimum))
    elif _linked(setting):
        effects.append(OpenSeal(setting.id, {"": PAIR}, setting.minimum, (BEFORE, AFTER)))
    effects.append(Tell("pulse", "opened", {}, setting.id))
    return Decision(Counting(setting, now, rate, undelivered), tuple(effects))


def _called_off(setting: Setting, *, tell: bool) -> Decision[Wave]:
    told: tuple[Effect, ...] = (Tell("pulse", "closed", parts=True),)
    effects = (
        *told,
        BreakSeal(setting.id),
        Forget(FORM),
        Forget(LIVE, setting.id),
        *(CancelTimer(name) for name in ("close", "invite", "reveal")),
    )
    return Decision(Finished(setting.id), effects, Whisper(cards.called_off_card(setting)) if tell else Quiet())


def _second(state: Between, event: SecondStarted, now: datetime) -> Decision[Wave] | Refused:
    if event.by not in state.setting.owners and event.by != state.setting.starter:
        return Refused(f"Whoever looks after {state.setting.label} can do this. Nothing changed.")
    setting = replace(state.setting, part=AFTER)
    wave, begun = _invite_all(setting, event.people, now)
    asked = _asked(wave, begun)
    return Decision(wave, begun, Whisper(cards.started_card(setting, asked, wave.closes), lasting=True))


def _taken_back(state: Wave, by: Member) -> Decision[Wave] | Refused:
    setting = state.setting if not isinstance(state, Finished) else None
    if setting is None or not _linked(setting):
        return Refused("An answer without a name cannot be found again, so it cannot be taken back. Nothing changed.")
    return Decision(state, (Unseal(setting.id, by, (BEFORE, AFTER)),), Whisper(cards.removed_card()))


def _came_later(state: Between, person: Person, now: datetime) -> Decision[Wave]:
    """Who comes within three working days of the first close can still answer for before."""
    setting = state.setting
    if now > respond_by(state.since, setting.zone, TAKE_BACK_IN):
        return Decision(state)
    until, _ = window(hours_of(person), now, TAKE_BACK_IN, person=person)
    begun = begin(setting, person, until, until, now)
    return Decision(state, (replace(begun, effects=(*begun.effects, SetTimer("end", until))),))


# closed


def _opened(state: Counting, event: Opened) -> Decision[Wave]:
    """Make what is shown, once; too few answers leave nothing behind."""
    setting = state.setting
    content = _content(state, event)
    if content is None:
        fact = {"survey": setting.survey, "title": setting.title, "version": setting.version, "below": True}
        fact["closed"] = state.closed.isoformat()
        forget: list[Effect] = [Forget(kind) for kind in (*RAW, FORM)]
        posted = _posted(setting, cards.too_few_card(setting))
        return Decision(Finished(setting.id), (*posted, Keep(RESULT, setting.id, fact), *forget))
    due = respond_by(state.closed, setting.zone) if setting.owed and setting.mode != "named" else None
    since = f"{event.since:%B}" if event.since else ""
    shown = Shown(setting, state.closed, json.dumps(content, ensure_ascii=False), since, due)
    card = cards.named_card(setting, _named_lines(event)) if event.named else cards.results_card(shown)
    timers = (SetTimer("raw", state.closed + KEEP_RAW), *((SetTimer("owed", due),) if due is not None else ()))
    kept = Keep(RESULT, setting.id, _fact(shown, content))
    return Decision(shown, (*_posted(setting, card), kept, Forget(FORM), *timers))


def _content(state: Counting, event: Opened) -> dict[str, Any] | None:
    """All that is ever shown of this wave; None if too few answered."""
    setting, survey = state.setting, event.survey
    content: dict[str, Any] = {"rate": list(state.rate), "undelivered": state.undelivered}
    if event.named:
        return content
    if _linked(setting):
        pairs = _pairs(survey, event.pairs)
        effect = scores.paired_effect(pairs, setting.minimum)
        if effect is None:
            return None
        top = max(scale.values()[-1] for scale in survey.scales)
        gain = scores.normalised_gain(effect.before, effect.after, top)
        return content | {"pairs": cards.pairs_row(effect, gain)}
    if len(event.answers) < setting.minimum or setting.mode == "named":
        return None
    titles = {question.id: question.short or question.text for question in survey.questions}
    words = [{"question": titles[one["question"]], "text": one["text"]} for one in event.words]
    results = questions.results(survey, event.answers, words, scores.response_rate(*state.rate), event.before)
    points = [[line.title, line.points] for line in results.indices if line.points is not None]
    waves = [[label, [list(one) for one in those]] for label, those in event.waves]
    return content | {"results": results.to_row(), "chart": [*waves, [f"{state.closed:%b %Y}", points]]}


def _pairs(survey: Survey, rows: Iterable[Mapping[str, Any]]) -> list[tuple[Fraction, Fraction]]:
    """Each person's mean before and after, of those who answered at least half both times."""
    items = questions.items(survey)
    found: list[tuple[Fraction, Fraction]] = []
    for row in rows:
        means = [scores.person_means(items, [row[part]["answers"]]) for part in (BEFORE, AFTER)]
        if all(means):
            found.append((means[0][0], means[1][0]))
    return found


def _fact(state: Shown, content: dict[str, Any]) -> dict[str, Any]:
    """What others find of a wave: as it was shown, and whether something has to follow still."""
    return {
        "survey": state.setting.survey,
        "title": state.setting.title,
        "version": state.setting.version,
        "below": False,
        "owed": state.respond_by is not None and not state.follows,
        "follows": "",
        "closed": state.closed.isoformat(),
        **{name: value for name, value in content.items() if name != "named"},
    }


def _named_lines(event: Opened) -> list[str]:
    """What each person said, question by question, in the words of the form."""
    lines = []
    for question in event.survey.questions:
        said = [(member, questions.said(event.survey, question, row)) for member, row in event.named]
        told = [f"{who(member)} {value}" for member, value in said if value]
        if told:
            title = (question.short or question.text).rstrip(".")
            lines.append(f"{title}: {listed(told)}.")
    return lines


def _shown(state: Shown, event: Event) -> Decision[Wave] | Refused:
    setting = state.setting
    match event:
        case DetailAsked():
            return Decision(state, reply=Whisper(cards.detail_card(state)))
        case FilesAsked(by=by):
            return Decision(
                state, (Post("files", by, cards.files_card(state), "asked"),), say("The files come to you directly.")
            )
        case FollowAsked():
            if state.follows or state.respond_by is None:
                return Refused("It is written already. It stands under the results.")
            return Decision(state, reply=Show(cards.follow_form(setting)))
        case Followed(by=by, text=text):
            return _followed(state, by, text)
        case OwedCame() if not state.follows:
            return Decision(state, _note_to_owners(setting, "owed", cards.owed_card(setting)))
        case RawEnded(named=keys):
            return Decision(state, (*(Forget(kind) for kind in RAW), *(Forget(NAMED, key) for key in keys)))
        case WentAway(member=member, forgotten=forgotten):
            after = replace(state, setting=without(setting, member))
            if forgotten and setting.mode == "named":
                return Decision(after, (Revise("result", cards.named_card(setting, ())),))
            return Decision(after)
        case TakenBack():
            return (
                _taken_back(state, event.by)
                if not _linked(setting)
                else Refused(
                    "The answers are counted and the link is destroyed, so nobody can find yours. Nothing changed."
                )
            )
        case FormAsked() | SecondStarted():
            return Refused("This survey has closed. Nothing changed.")
        case _:
            return Decision(state)


def _followed(state: Shown, by: Member, text: str) -> Decision[Wave] | Refused:
    if state.follows or state.respond_by is None:
        return Refused("It is written already. It stands under the results.")
    setting = state.setting
    said = f"{text} {who(by)}"
    after = replace(state, follows=said)
    fact = _fact(after, json.loads(state.row)) | {"follows": text}
    where = ["result"] if setting.readers == "team" else [name for name, _ in _private_results(setting)]
    effects: list[Effect] = [Revise(name, cards.results_card(after)) for name in where]
    effects += [Keep(RESULT, setting.id, fact), CancelTimer("owed")]
    if setting.schedule:
        effects.append(Tell("pulse", "followed", {}, setting.schedule))
    return Decision(after, tuple(effects), say(f"It stands under the results. {cards.readers(setting)} can read it."))


def _posted(setting: Setting, card: Card) -> tuple[Effect, ...]:
    """Where the results go: the team's channel, or those they are for."""
    if setting.readers == "team":
        return (Post("result", setting.place, card, "card"),)
    return tuple(Post(name, one, card, "report", why=cards.why(setting)) for name, one in _private_results(setting))


def _private_results(setting: Setting) -> list[tuple[str, Member]]:
    to = setting.owners if setting.readers == "owner" else (setting.starter,) if setting.starter else ()
    return [(f"result{number}", one) for number, one in enumerate(to)]


def _note_to_owners(setting: Setting, name: str, card: Card) -> tuple[Effect, ...]:
    to = (setting.starter,) if setting.starter else setting.owners
    return tuple(
        Post(f"{name}{number}", one, card, "commitment", why=f"You look after {setting.label}.")
        for number, one in enumerate(to)
        if one
    )


def _linked(setting: Setting) -> bool:
    return setting.mode == "linked"
