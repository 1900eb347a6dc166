"""How a programme is set, and what begins each of its levels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.activities.pulse import cards
from bot.activities.pulse.commands.starting import REFUSED_DM, begun, library_of
from bot.activities.pulse.events import (
    LevelCame,
    LevelShown,
    ProgrammeSet,
    ResultsAsked,
    ResultsEntered,
    Started,
    SummaryAsked,
)
from bot.activities.pulse.model.facts import PROGRAMME
from bot.activities.pulse.model.programmes import LEVELS, SURVEY_OF, Level, Programme, linked_wave
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.activity import Level as Standing
from bot.kernel.calendar import local_date
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.ids import SessionId, part_of
from bot.kernel.inbound import ButtonPressed, FormSubmitted, TimerFired, Told

LONGEST = timedelta(weeks=52)
_LEVELS: dict[str, tuple[Level, ...]] = {
    "before": ("learning",),
    "reaction": ("reaction",),
    "after": (),
    "applied": ("application",),
}


def measure(rest: str, context: Context) -> Aimed | Refused | Shown:
    """The newest programme's card, or the form for a new one."""
    if context.team is None:
        return Refused(REFUSED_DM)
    leads = context.level >= Standing.OWNER
    word, _, title = rest.partition(" ")
    if word == "start":
        if not leads:
            return Refused(f"Whoever looks after {context.team.label} can do this. Nothing changed.")
        today = local_date(context.now, context.team.zone)
        return Shown(Show(cards.programme_form(title.strip('" ')[:60], today + timedelta(days=7))))
    programmes = context.facts(PROGRAMME)
    wanted = [fact for fact in programmes if rest and rest.casefold() in str(fact.row["title"]).casefold()]
    if rest and not wanted:
        return Refused(f'No programme called "{rest[:60]}" is measured here. Type measure start to begin one.')
    if not programmes:
        return Shown(Whisper(cards.no_programme_card(leads=leads)))
    return Aimed(SessionId((wanted or programmes)[0].key), SummaryAsked(leads))


def measured(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """The form of a new programme."""
    team = context.team
    if team is None:
        return Refused(REFUSED_DM)
    title = inbound.text("title")
    if not title:
        return Shown(Correct({"title": "Two or three words are enough, such as Negotiation."}))
    try:
        first, last = date.fromisoformat(inbound.text("first")), date.fromisoformat(inbound.text("last"))
    except ValueError:
        return Shown(Correct({"first": "Choose the days of the first and the last session."}))
    today = local_date(context.now, team.zone)
    if first < today:
        return Shown(Correct({"first": "That day has passed, so nothing can be asked before it. Choose a later one."}))
    if last < first:
        return Shown(Correct({"last": "The last session comes after the first."}))
    if last - first > LONGEST:
        return Shown(Correct({"last": "A programme of more than a year is best measured in parts."}))
    weeks = inbound.text("weeks")
    new = Programme(
        id=context.new_session,
        place=team.place,
        label=team.label,
        zone=team.zone,
        title=title[:60],
        first=first,
        last=last,
        weeks=int(weeks) if weeks.isdecimal() and 1 <= int(weeks) <= 26 else 6,
        by=inbound.actor,
    )
    return Aimed(new.id, ProgrammeSet(new))


def level_came(inbound: TimerFired, context: Context) -> Aimed | Refused:
    """What a programme's timer begins; the survey is taken from the library now, and stays as it is then."""
    fact = next((fact for fact in context.facts(PROGRAMME) if fact.key == inbound.session), None)
    if fact is None:
        return Refused("This programme is not measured any more.")
    starts = tuple((level, *_start(level, str(fact.row["title"]), inbound, context)) for level in _LEVELS[inbound.name])
    return Aimed(inbound.session, LevelCame(starts, second=inbound.name == "after"))


def _start(level: Level, title: str, inbound: TimerFired, context: Context) -> tuple[Started | None, str]:
    survey = library_of(context).surveys.get(SURVEY_OF[level])
    if survey is None:
        return None, "not measured, since its survey is not in use here"
    linked = level == "learning"
    session = linked_wave(inbound.session) if linked else part_of(context.new_session, level)
    found = begun(survey, title, None, context, session)
    if isinstance(found, Refused):
        return None, "not measured, since too few people take part"
    setting = replace(found.setting, programme=inbound.session, level=level)
    return replace(found, setting=setting), ""


def results_asked(inbound: ButtonPressed, context: Context) -> Aimed:
    return Aimed(inbound.action.session, ResultsAsked(library_of(context).surveys.get(SURVEY_OF["results"])))


def entered(inbound: FormSubmitted) -> Aimed | Shown:
    """One measure as a line: what is missing is called missing."""
    measure = inbound.text("measure")
    if not measure:
        return Shown(Correct({"measure": "Name the measure, such as tickets solved at once."}))
    start, now, target = (inbound.text(name) or "missing" for name in ("start", "now", "target"))
    line = f"{measure[:60]}: start {start}, now {now}, target {target}"
    source, influence = inbound.text("source"), inbound.text("influence")
    line += f", source {source.rstrip('.')}" if source else ", source missing"
    line += f", also influenced by {influence.rstrip('.')}" if influence else ""
    return Aimed(inbound.action.session, ResultsEntered(inbound.actor, line))


def level_shown(inbound: Told) -> Aimed | Refused:
    level = str(inbound.payload.get("level"))
    for known in LEVELS:
        if known == level:
            return Aimed(inbound.session, LevelShown(known, str(inbound.payload["line"])))
    return Refused("This means nothing here.")
