"""What timers and other activities bring: a date, a close, an opening, somebody who came or went."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.pulse.commands.measuring import level_came, level_shown
from bot.activities.pulse.commands.scheduling import date_came
from bot.activities.pulse.commands.starting import (
    WAVES_SHOWN,
    after_session,
    library_of,
    newest,
    start_here,
    survey_named,
    taking_part,
)
from bot.activities.pulse.events import (
    CameIn,
    CloseCame,
    Closed,
    Delivered,
    Extended,
    GatherCame,
    KeepRaw,
    Lost,
    MissedCounted,
    Opened,
    OwedCame,
    PlaceGone,
    ProgrammeOver,
    RawEnded,
    Reached,
    ReminderCame,
    RevealCame,
    SecondStarted,
    SetCame,
    WentAway,
)
from bot.activities.pulse.model.facts import (
    ANSWER,
    FORM,
    NAMED,
    PAIR,
    RECEIPT,
    RESULT,
    WORDS,
)
from bot.kernel.activity import Aimed, Context
from bot.kernel.content import Survey
from bot.kernel.decision import Refused
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import TimerFired, Told
from bot.kernel.keeping import RETENTION, Keeping
from bot.pieces import questions
from bot.pieces.results import Results


def asked(context: Context) -> tuple[Survey, frozenset[str]] | None:
    """The survey as its wave asks it, and the marks of names."""
    facts = context.facts(FORM)
    if not facts:
        return None
    row = facts[0].row
    return questions.from_row(row["survey"]), frozenset(row["marks"])


def timer(inbound: TimerFired, context: Context) -> Aimed | Refused:
    session = inbound.session
    match inbound.name:
        case "invite":
            return Aimed(session, SetCame(taking_part(context)))
        case "gather":
            return Aimed(session, GatherCame(taking_part(context)))
        case "close":
            return Aimed(session, _counted(context))
        case "reveal":
            return Aimed(session, RevealCame())
        case "remind":
            return Aimed(session, ReminderCame())
        case "end":
            return Aimed(session, Closed())
        case "raw":
            return Aimed(session, RawEnded(tuple(fact.key for fact in context.facts(NAMED))))
        case "owed":
            return Aimed(session, OwedCame())
        case "next":
            return date_came(inbound, context, freed=False)
        case "over":
            return Aimed(session, ProgrammeOver())
        case "before" | "reaction" | "after" | "applied":
            return level_came(inbound, context)
        case _:
            return Refused("This timer means nothing any more.")


def told(inbound: Told, context: Context) -> Aimed | Refused:
    session, row = inbound.session, inbound.payload
    member = Member.from_key(row["member"]) if row.get("member") else None
    match inbound.verb_told:
        case "start":
            survey = survey_named(library_of(context), str(row["survey"]))
            if isinstance(survey, Refused):
                return survey
            started = start_here(survey, str(row["topic"]), Member.from_key(row["by"]), context)
            return replace(started, session=session) if isinstance(started, Aimed) else started
        case "after":
            return after_session(inbound, context)
        case "second":
            return Aimed(session, SecondStarted(None, taking_part(context)))
        case "level":
            return level_shown(inbound)
        case "late":
            return Aimed(session, Extended(datetime.fromisoformat(row["until"])))
        case "closed":
            return Aimed(session, Closed())
        case "keep_raw":
            return Aimed(session, KeepRaw(timedelta(days=int(row["days"]))))
        case "opened":
            return _opened(session, context)
        case "followed":
            return date_came(inbound, context, freed=True)
        case "delivered" if row["name"] == "invitation":
            return Aimed(session, Delivered(inbound.at))
        case "undelivered" if row["name"] == "invitation":
            return Aimed(session, Lost(bool(row.get("held")), inbound.at))
        case "reachable":
            return Aimed(session, Reached(inbound.at))
        case "missed":
            return Aimed(session, MissedCounted(_undelivered(context)))
        case "joined" if member is not None:
            person = context.person(member)
            if person is None or not person.takes_part:
                return Refused("Nobody to ask.")
            return Aimed(session, CameIn(person))
        case "left" if member is not None:
            return Aimed(session, WentAway(member))
        case "forget" if member is not None:
            return Aimed(session, WentAway(member, forgotten=True))
        case "place_lost":
            return Aimed(session, PlaceGone())
        case _:
            return Refused("This means nothing here.")


def _counted(context: Context) -> CloseCame:
    """What the receipts say. Who left unanswered, declined or wants no surveys is not expected."""
    states = [str(fact.row["state"]) for fact in context.facts(RECEIPT)]
    complete = states.count("answered") + states.count("copied")
    people = {fact.member for fact in context.facts(RECEIPT) if fact.row["state"] == "answered"}
    return CloseCame(complete, complete + states.count("open"), _undelivered(context), len(people))


def _undelivered(context: Context) -> int:
    return sum(bool(fact.row.get("missed")) for fact in context.facts(RECEIPT))


def _opened(session: SessionId, context: Context) -> Aimed | Refused:
    form = asked(context)
    if form is None:
        return Refused("This survey was counted already.")
    survey = form[0]
    about = str(context.facts(FORM)[0].row.get("about", ""))
    wording = questions.wording(survey)
    comparable = {survey.version, survey.comparable_to}
    earlier = [
        fact
        for fact in newest(context.facts(RESULT))
        if fact.row["survey"] == survey.id
        and "results" in fact.row
        and fact.row["version"] in comparable
        and fact.row.get("about", "") == about
        and (fact.row["version"] == survey.comparable_to or fact.row.get("wording", wording) == wording)
    ]
    waves: list[tuple[str, tuple[tuple[str, int], ...]]] = []
    for fact in reversed(earlier[: WAVES_SHOWN - 1]):
        for label, points in fact.row.get("chart", [])[-1:]:
            if points:
                waves.append((label, tuple((name, value) for name, value in points)))
    named = tuple((fact.member, fact.row) for fact in context.facts(NAMED) if fact.member is not None)
    return Aimed(
        session,
        Opened(
            survey=survey,
            answers=tuple(fact.row for fact in context.facts(ANSWER)),
            words=tuple(fact.row for fact in context.facts(WORDS)),
            pairs=tuple(fact.row for fact in context.facts(PAIR)),
            earlier=tuple(Results.from_row(fact.row["results"]) for fact in earlier[:3]),
            since=datetime.fromisoformat(earlier[0].row["closed"]) if earlier else None,
            waves=tuple(waves),
            named=named,
            keep=Keeping.from_row(next((fact.row for fact in context.facts(RETENTION)), None)).of_raw,
        ),
    )
