"""What begins a wave or a schedule, and what is in its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Literal

from bot.activities.pulse import cards
from bot.activities.pulse.events import SecondStarted, Spread, Started
from bot.activities.pulse.model import BEFORE, Setting
from bot.activities.pulse.model.facts import LIVE, RESULT
from bot.kernel.activity import Aimed, Context, Kept, Level, Shown
from bot.kernel.content import Library, Survey
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import Member, SessionId, TeamId, in_team, part_of
from bot.kernel.inbound import FormSubmitted, Told
from bot.kernel.people import Person
from bot.pieces import questions, scores

EVERYBODY = 200_000  # more than any team has
MOST_ASKED = 15
Gathers = Literal["", "joining", "leaving"]
GATHERS: dict[str, Gathers] = {"day_30_60_90": "joining", "on_leaving": "leaving"}
GATHER_MONTHS = 6
WAVES_SHOWN = 6  # on a chart


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
    if survey.audience != "self" and not _may_start(by, context):
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
    each = any(question.for_each for question in survey.questions)
    if each and not topic:
        topic = ", ".join(str(fact.row["title"]) for fact in context.facts("goal"))
    if questions.needs_topic(survey) and not topic:
        return Refused(f"{survey.title} asks about a topic. Write it after the name: pulse start {survey.id} topic.")
    marks = questions.marks_of(person.name for person in context.roster)
    if survey.mode != "named" and (name := questions.named_in(topic, marks)):
        return Refused(f'"{topic[:60]}" names {name}. Without names nobody is judged in secret. Nothing was sent.')
    people = taking_part(context)
    if (
        each and survey.mode == "named"
    ):  # whoever answers for a goal; who looks after the team, as long as none is named
        people = tuple(person for person in people if person.owner or person.member == by)
    gathers: Gathers = GATHERS.get(survey.repeat, "")
    if survey.audience == "self":
        people = tuple(person for person in people if person.member == by)
    minimum = max(survey.minimum_group, scores.FLOOR)
    if survey.mode != "named" and len(people) < minimum and not gathers:
        return Refused(
            f"{survey.title} shows nothing below {minimum} answers, so that none can be guessed, and {team.label} has "
            "fewer people who take part. Nothing was sent."
        )
    asked = questions.filled(survey, team.label, topic)
    if len(asked.questions) > MOST_ASKED:
        fit = MOST_ASKED // len(survey.questions)
        return Refused(f"One form has room for {fit} of these. Name fewer, and start it again for the others.")
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
        gathers=gathers,
        months=survey.pooled_over_months or GATHER_MONTHS,
        copies="owner" in survey.named_copy,
        contacts=library_of(context).support if survey.footer == "support_contacts" else "",
    )
    return Started(setting, asked, () if gathers else people, tuple(person.name for person in context.roster))


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
    names = tuple(person.name for person in context.roster)
    return Aimed(inbound.session, replace(started, names=names, setting=replace(started.setting, owners=owners)))


def library_of(context: Context) -> Library:
    return context.content if isinstance(context.content, Library) else Library()
