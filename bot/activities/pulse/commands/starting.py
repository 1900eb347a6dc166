"""What begins a wave or a schedule, and what is in its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from difflib import get_close_matches
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.events import DateCame, Repeated, SecondStarted, Spread, Started
from bot.activities.pulse.model import BEFORE, Repeating, Setting
from bot.activities.pulse.model.facts import LIVE, RESULT, SCHEDULED
from bot.kernel.activity import Aimed, Context, Kept, Level, Shown
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.content import Index, Library, Scale, Survey, SurveyQuestion
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import Member, SessionId, TeamId, in_team, part_of
from bot.kernel.inbound import FormSubmitted, TimerFired, Told
from bot.kernel.people import Person
from bot.pieces import questions, scores

EVERYBODY = 200_000  # more than any team has
WAVES_SHOWN = 6  # on a chart


_WEEKS = {"weekly": 1, "every_2_weeks": 2, "monthly": 4, "every_3_months": 13, "every_6_months": 26, "yearly": 52}
REFUSED_DM = "Type it in the channel of your team, and it knows which team you mean. Nothing was sent."


def menu(context: Context, word: str = "") -> Shown | Refused:
    offered = sorted(library_of(context).surveys.values(), key=lambda survey: survey.title)
    if not offered:
        return Refused("There is no survey in prompts/surveys. Nothing was sent.")
    teams = [(str(team.id), team.label) for team in context.teams] if context.team is None else []
    if context.team is None and not teams:
        return Refused(REFUSED_DM)
    return Shown(Show(cards.menu_form(offered, word if word in library_of(context).surveys else "", teams)))


def survey_named(library: Library, word: str) -> Survey | Refused:
    wanted = word.casefold().strip('"')
    by_title = {survey.title.casefold(): survey for survey in library.surveys.values()}
    found = library.surveys.get(wanted) or by_title.get(wanted)
    if found is not None:
        return found
    near = get_close_matches(wanted, list(library.surveys), 1, 0.6)
    hint = f"Did you mean {near[0]}?" if near else "Type pulse to see them all."
    return Refused(f'I don\'t know the survey "{word[:60]}". {hint} Nothing was sent.')


def start_here(survey: Survey, rest: str, by: Member, context: Context) -> Aimed | Refused:
    """A wave for this team, or why not: too few people, one open already, or nothing followed from the last."""
    if not _may_start(by, context):
        team = context.team.label if context.team else "the team"
        return Refused(f"Whoever looks after {team} can do this. Nothing changed.")
    if survey.named_if_chosen and rest.split()[:1] == ["named"]:
        survey, rest = replace(survey, mode="named"), rest[len("named") :].strip()
    waiting = next((fact for fact in context.facts(LIVE) if _is(fact, survey.id)), None)
    if waiting is not None and waiting.row["phase"] == "between":
        return Aimed(SessionId(waiting.key), SecondStarted(by, taking_part(context)))
    if waiting is not None:
        return Refused(f"{survey.title} is open already. Nothing was sent.")
    owed = owed_wave(context, survey.id)
    if owed:
        return Refused("First somebody writes what follows.", cards.owed_refusal(survey.title, owed))
    session = context.new_session
    started = begun(survey, rest, by, context, session)
    return started if isinstance(started, Refused) else Aimed(session, started)


def _is(fact: Kept, survey: str) -> bool:
    """Whether the fact is of a wave of this survey that no programme looks after."""
    return bool(fact.row["survey"] == survey and not fact.row.get("programme"))


def _may_start(by: Member, context: Context) -> bool:
    if context.level is Level.CLOCK:
        person = context.person(by)
        return person is not None and person.owner
    return context.level >= Level.OWNER


def begun(survey: Survey, topic: str, by: Member | None, context: Context, session: SessionId) -> Started | Refused:
    team = context.team
    assert team is not None
    if questions.needs_topic(survey) and not topic:
        return Refused(f"{survey.title} asks about a topic. Write it after the name: pulse start {survey.id} topic.")
    people = taking_part(context)
    if survey.audience == "self":
        people = tuple(person for person in people if person.member == by)
    minimum = max(survey.minimum_group, scores.FLOOR)
    if survey.mode != "named" and len(people) < minimum:
        return Refused(
            f"{survey.title} shows nothing below {minimum} answers, so that none can be guessed, and {team.label} has "
            "fewer people who take part. Nothing was sent."
        )
    asked = questions.filled(survey, team.label, topic)
    first = asked.questions[0].text
    setting = Setting(
        id=session,
        place=team.place,
        label=team.label,
        zone=team.zone,
        survey=survey.id,
        title=survey.title,
        mode=survey.mode,
        minimum=minimum,
        open_days=survey.open_days,
        reminder=survey.reminder,
        count=len(asked.questions),
        first=first,
        guide=survey.guide,
        readers="team" if survey.audience == "team" else "owner" if survey.audience == "owner" else "starter",
        owners=tuple(person.member for person in context.roster if person.owner),
        starter=by,
        version=survey.version,
        comparable_to=survey.comparable_to,
        statements=all(question.type == "scale" for question in asked.questions),
        size=questions.most_bytes(asked),
        part=BEFORE if survey.mode == "linked" else "",
        topic=topic,
    )
    return Started(setting, asked, people, tuple(person.name for person in context.roster))


def taking_part(context: Context) -> tuple[Person, ...]:
    return tuple(person for person in context.roster if person.takes_part)


def owed_wave(context: Context, survey: str) -> SessionId:
    """The wave of this survey that nothing followed from yet."""
    last = next((fact for fact in newest(context.facts(RESULT)) if _is(fact, survey)), None)
    return SessionId(last.key) if last is not None and last.row.get("owed") else SessionId("")


def newest(facts: Iterable[Kept]) -> list[Kept]:
    return sorted(facts, key=lambda fact: str(fact.row.get("closed", "")), reverse=True)


def chosen(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    survey = survey_named(library_of(context), inbound.text("survey"))
    if isinstance(survey, Refused):
        return survey
    topic = inbound.text("topic")
    if questions.needs_topic(survey) and not topic:
        return Shown(Correct({"topic": "This one asks about a topic. Write it here."}))
    teams = inbound.ticked("teams")
    if teams:
        # Each team's own wave asks anew whether this person looks after it.
        sessions = tuple(in_team(part_of(context.new_session, team), TeamId(team)) for team in teams)
        return Aimed(context.new_session, Spread(inbound.actor, survey.id, topic, sessions))
    if context.team is None:
        return Refused(REFUSED_DM)
    return start_here(survey, topic, inbound.actor, context)


def own_chosen(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """A survey of one's own: checked as strictly as those that came with the bot, and for names besides."""
    pasted = inbound.text("yaml")
    survey: Survey | None
    if pasted:
        reader = library_of(context).read_survey
        if reader is None:
            return Refused("Pasting a survey does not work here. Nothing was sent.")
        survey, problems = reader(pasted)
        if survey is None:
            first = problems[0] if problems else None
            said = f"Line {first.line}: {first.what}. {first.remedy}" if first else "This is no survey."
            return Shown(Correct({"yaml": said}))
    else:
        lines = [line.strip() for line in inbound.text("statements").splitlines() if line.strip()]
        words = inbound.text("words")
        if not lines and not words:
            return Shown(Correct({"statements": "Write at least one statement, one a line."}))
        if len(lines) + bool(words) > 10:
            return Shown(Correct({"statements": f"Ten questions fit; these are {len(lines) + bool(words)}."}))
        mode = "named" if inbound.text("mode") == "named" else "anonymous"
        survey = _made(inbound.text("title") or "Our own questions", mode, lines, words)
    if survey.mode == "anonymous":
        marks = questions.marks_of(person.name for person in context.roster)
        for where, text in _texts(survey, pasted=bool(pasted)):
            name = questions.named_in(text, marks)
            if name:
                said = f'"{text[:80]}" names {name}. Without names nobody is judged in secret. Reword it.'
                return Shown(Correct({where: said}))
    return start_here(survey, "", inbound.actor, context)


def _texts(survey: Survey, *, pasted: bool) -> Iterable[tuple[str, str]]:
    """Everything of an own survey that people read, and the field of the form it came from."""
    yield "yaml" if pasted else "title", survey.title
    yield "yaml", survey.intro
    for question in survey.questions:
        where = "yaml" if pasted else "words" if question.type == "text" else "statements"
        for text in (question.text, question.short, *question.choices):
            yield where, text
    for scale in survey.scales:
        for label in scale.labels:
            yield "yaml", label
    for index in survey.indices:
        yield "yaml" if pasted else "title", index.title
        yield "yaml", index.advice


def _made(title: str, mode: Any, lines: Iterable[str], words: str) -> Survey:
    scale = Scale(
        id="agree5",
        type="likert",
        labels=("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
        favourable=(4, 5),
        can_skip="Can't say",
    )
    asked = [
        SurveyQuestion(id=f"q{number}", text=line[:200], scale="agree5", short=line[:60])
        for number, line in enumerate(lines)
    ]
    if words:
        asked.append(SurveyQuestion(id="words", text=words[:200], type="text", share_words="ask"))
    index = (Index("own", title[:60], tuple(one.id for one in asked if one.type == "scale")),) if len(asked) > 1 else ()
    return Survey(
        id="own",
        title=title[:60],
        mode=mode,
        questions=tuple(asked),
        scales=(scale,),
        indices=index,
        guide="focus-group",
    )


def schedule_form(survey: Survey | None, context: Context) -> Shown | Refused:
    team = context.team
    if team is None:
        return Refused(REFUSED_DM)
    offered = [
        one
        for one in library_of(context).surveys.values()
        if one.mode == "anonymous" and not questions.needs_topic(one)
    ]
    tomorrow = local_date(context.now, team.zone) + timedelta(days=1)
    while tomorrow.weekday() > 4:
        tomorrow += timedelta(days=1)
    weeks = _WEEKS.get(survey.repeat, 13) if survey else 13
    ordered = sorted(offered, key=lambda one: one.title)
    return Shown(Show(cards.schedule_form(ordered, survey.id if survey else "", weeks, tomorrow.isoformat())))


def repeat(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    team, survey = context.team, survey_named(library_of(context), inbound.text("survey"))
    if team is None:
        return Refused(REFUSED_DM)
    if isinstance(survey, Refused):
        return Shown(Correct({"survey": survey.because}))
    if any(fact.row["survey"] == survey.id for fact in context.facts(SCHEDULED)):
        return Shown(Correct({"survey": "This one repeats already. End that schedule first."}))
    try:
        first, at = date.fromisoformat(inbound.text("first")), time.fromisoformat(inbound.text("at"))
    except ValueError:
        return Shown(Correct({"first": "Choose a day and a time, such as 10:00."}))
    if at_wall(first, at, team.zone) <= context.now:
        return Shown(Correct({"first": "That moment has passed. Choose a later one."}))
    if not time(5) <= at <= time(20):
        return Shown(Correct({"at": "Choose a time between 05:00 and 20:00."}))
    weeks = inbound.text("weeks")
    every = int(weeks) if weeks.isdecimal() and int(weeks) in cards.EVERY else 13
    new = Repeating(
        id=context.new_session,
        place=team.place,
        label=team.label,
        zone=team.zone,
        survey=survey.id,
        title=survey.title,
        weeks=every,
        first=first,
        at=at,
        next=first,
        by=inbound.actor,
    )
    return Aimed(context.new_session, Repeated(new))


def after_session(inbound: Told, context: Context) -> Aimed | Refused:
    """A session is over whose guide names a survey: those who were there are asked, if nothing stands in the way."""
    row = inbound.payload
    survey = library_of(context).surveys.get(str(row["survey"]))
    if survey is None or context.team is None:
        return Refused("That survey is not here.")
    if owed_wave(context, survey.id) or any(_is(fact, survey.id) for fact in context.facts(LIVE)):
        return Refused("The survey before is not finished with.")
    there = {Member.from_key(str(key)) for key in row["there"]}
    present = replace(context, roster=tuple(person for person in context.roster if person.member in there))
    started = begun(survey, str(row["topic"]), None, present, inbound.session)
    if isinstance(started, Refused):
        return started
    owners = tuple(person.member for person in context.roster if person.owner)
    return Aimed(inbound.session, replace(started, setting=replace(started.setting, owners=owners)))


def date_came(inbound: TimerFired | Told, context: Context, *, freed: bool) -> Aimed | Refused:
    """A date of the schedule: which survey it is for stands in the fact the schedule kept."""
    fact = next((one for one in context.facts(SCHEDULED) if one.key == inbound.session), None)
    survey = library_of(context).surveys.get(fact.row["survey"]) if fact else None
    if survey is None or context.team is None:
        return Aimed(inbound.session, DateCame(None, freed=freed))
    owed = owed_wave(context, survey.id)
    is_open = any(one.row["survey"] == survey.id for one in context.facts(LIVE))
    if owed or is_open:
        return Aimed(inbound.session, DateCame(None, owed, freed))
    wave = part_of(inbound.session, "wave", f"{inbound.at:%Y-%m-%d}")
    owner = next((person.member for person in context.roster if person.owner), None)
    started = begun(survey, "", owner, context, wave)
    if isinstance(started, Refused):
        return Aimed(inbound.session, DateCame(None, freed=freed))
    started = replace(started, setting=replace(started.setting, schedule=inbound.session))
    return Aimed(inbound.session, DateCame(started, freed=freed))


def library_of(context: Context) -> Library:
    return context.content if isinstance(context.content, Library) else Library()
