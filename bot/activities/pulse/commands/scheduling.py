"""Surveys that come back: the form, the list of what repeats, and what a date begins."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.activities.pulse import cards
from bot.activities.pulse.commands.starting import REFUSED_DM, begun, library_of, owed_wave, survey_named
from bot.activities.pulse.events import DateCame, MovedTo, Repeated
from bot.activities.pulse.model import Repeating
from bot.activities.pulse.model.facts import LIVE, SCHEDULED
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.content import Survey
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.hours import Hours, working_days_after
from bot.kernel.ids import Member, SessionId, part_of
from bot.kernel.inbound import FormSubmitted, TimerFired, Told
from bot.kernel.people import Team
from bot.pieces import questions

EVERYBODY = 200_000  # more than any team has
WAVES_SHOWN = 6  # on a chart

WEEKS = {"weekly": 1, "every_2_weeks": 2, "monthly": 4, "every_3_months": 13, "every_6_months": 26, "yearly": 52}
EARLIEST, LATEST = time(5), time(20)


def schedules(rest: str, context: Context) -> Shown | Refused:
    """What repeats already, and the form for more; with a survey's name the form at once."""
    found = survey_named(library_of(context), rest.partition(" ")[0]) if rest and rest != "new" else None
    if isinstance(found, Refused):
        return found
    if context.team is None:
        return Refused(REFUSED_DM)
    if found is None and rest != "new" and context.facts(SCHEDULED):
        entries = [
            (str(fact.row["title"]), str(fact.row.get("line", "")), SessionId(fact.key))
            for fact in context.facts(SCHEDULED)
        ]
        return Shown(Whisper(cards.schedules_card(entries)))
    return _form(found, context.team, context)


def _form(survey: Survey | None, team: Team, context: Context) -> Shown:
    offered = [one for one in library_of(context).surveys.values() if one.audience != "self"]
    weeks = WEEKS.get(survey.repeat, 13) if survey else 13
    first = next_working_day(context.now, team.zone)
    ordered = sorted(offered, key=lambda one: one.title)
    return Shown(Show(cards.schedule_form(ordered, survey.id if survey else "", weeks, first.isoformat())))


def next_working_day(now: datetime, zone: str) -> date:
    """The working day after today, where the team is."""
    today = local_date(now, zone)
    return working_days_after(Hours(zone), today, 1) or today + timedelta(days=1)


def repeat(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """The schedule form came back."""
    team, survey = context.team, survey_named(library_of(context), inbound.text("survey"))
    if team is None:
        return Refused(REFUSED_DM)
    if isinstance(survey, Refused):
        return Shown(Correct({"survey": survey.because}))
    moment = read_moment(inbound, team, context)
    if isinstance(moment, Shown):
        return moment
    topic = inbound.text("topic")
    if questions.needs_topic(survey) and not topic:
        return Shown(Correct({"topic": "This one asks about a topic. Write it here."}))
    named = inbound.text("mode") == "named"
    if named and not survey.named_if_chosen:
        return Shown(Correct({"mode": f"{survey.title} is asked as it is: {cards.mode_word(survey.mode)}."}))
    weeks = inbound.text("weeks")
    every = int(weeks) if weeks.isdecimal() and int(weeks) in cards.EVERY else 13
    return repeating(survey, team, moment, every, context, inbound.actor, topic=topic, named=named)


def repeating(
    survey: Survey,
    team: Team,
    moment: tuple[date, time],
    weeks: int,
    context: Context,
    by: Member,
    *,
    topic: str = "",
    named: bool = False,
    own: bool = False,
) -> Aimed | Shown:
    """A new schedule, unless this survey repeats already. *own*: it is in no library, so the schedule keeps it."""
    if any(fact.row["survey"] == survey.id and fact.row.get("topic", "") == topic for fact in context.facts(SCHEDULED)):
        return Shown(Correct({"statements" if own else "survey": "This one repeats already. End that schedule first."}))
    first, at = moment
    new = Repeating(
        id=context.new_session,
        place=team.place,
        label=team.label,
        zone=team.zone,
        survey=survey.id,
        title=survey.title,
        weeks=weeks,
        first=first,
        at=at,
        next=first,
        by=by,
        topic=topic,
        named=named,
        linked=survey.mode == "linked",
        own=json.dumps(questions.to_row(survey), ensure_ascii=False) if own else "",
    )
    return Aimed(context.new_session, Repeated(new))


def read_moment(inbound: FormSubmitted, team: Team, context: Context) -> tuple[date, time] | Shown:
    """The day and time of a form, if they are still to come and at an hour when somebody is awake."""
    try:
        day, at = date.fromisoformat(inbound.text("first")), time.fromisoformat(inbound.text("at"))
    except ValueError:
        return Shown(Correct({"first": "Choose a day and a time, such as 10:00."}))
    if at_wall(day, at, team.zone) <= context.now:
        return Shown(Correct({"first": "That moment has passed. Choose a later one."}))
    if not EARLIEST <= at <= LATEST:
        return Shown(Correct({"at": "Choose a time between 05:00 and 20:00."}))
    return day, at


def moved(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """The next date was moved."""
    if context.team is None:
        return Refused(REFUSED_DM)
    moment = read_moment(inbound, context.team, context)
    if isinstance(moment, Shown):
        return moment
    return Aimed(inbound.action.session, MovedTo(at_wall(*moment, context.team.zone)))


def date_came(inbound: TimerFired | Told, context: Context, *, freed: bool) -> Aimed | Refused:
    """A date of the schedule: which survey it is for stands in the fact the schedule kept."""
    session = inbound.session
    fact = next((one for one in context.facts(SCHEDULED) if one.key == session), None)
    if fact is None or context.team is None:
        return Aimed(session, DateCame(None, freed=freed))
    row = fact.row
    survey = (
        questions.from_row(json.loads(row["own"])) if row.get("own") else library_of(context).surveys.get(row["survey"])
    )
    if survey is None:
        return Aimed(session, DateCame(None, freed=freed, because="It is not in the library any more."))
    between = next((one for one in context.facts(LIVE) if one.key == row.get("wave")), None)
    if between is not None:
        return Aimed(session, DateCame(None, second=True))
    owed = owed_wave(context, survey.id)
    is_open = any(one.row["survey"] == survey.id for one in context.facts(LIVE))
    if owed or is_open:
        return Aimed(session, DateCame(None, owed, freed))
    wave = part_of(session, "wave", f"{inbound.at:%Y-%m-%d}")
    by = Member.from_key(row["by"]) if row.get("by") else None
    if row.get("named") and survey.named_if_chosen:
        survey = replace(survey, mode="named")
    started = begun(survey, str(row.get("topic", "")), by, context, wave)
    if isinstance(started, Refused):
        return Aimed(session, DateCame(None, freed=freed, because=started.because))
    started = replace(started, setting=replace(started.setting, schedule=session))
    return Aimed(session, DateCame(started, freed=freed))
