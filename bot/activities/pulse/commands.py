"""How words, presses and timers become events of a pulse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.model import (
    BEFORE,
    MOST_FOLLOWS,
    Answering,
    CalledOff,
    CameIn,
    CloseCame,
    Closed,
    DateCame,
    Delivered,
    DetailAsked,
    Event,
    Extended,
    FilesAsked,
    FollowAsked,
    Followed,
    FormAsked,
    Lost,
    NeverAsked,
    NotThisTime,
    Opened,
    OwedCame,
    PlaceGone,
    RawEnded,
    ReminderCame,
    Repeated,
    Repeating,
    RevealCame,
    SecondStarted,
    SetCame,
    Setting,
    Spread,
    Started,
    StopAsked,
    TakenBack,
    WentAway,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Kept, Level, Roster, Shown
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.content import Index, Library, Scale, Survey, SurveyQuestion
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.ids import Member, SessionId, TeamId, in_team, part_of
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.people import Person
from bot.pieces import questions, scores
from bot.pieces.metrics import NONE, Action, Share, actions_on_time, actions_unclaimed, participation

FORM, LIVE, RESULT, SCHEDULED = "pulse_form", "pulse_open", "pulse", "pulse_schedule"
ANSWER, WORDS, PAIR, NAMED, RECEIPT = "pulse_answer", "pulse_words", "pulse_pair", "pulse_named", "pulse_receipt"
EVERYBODY = 200_000  # more than any team has
WAVES_SHOWN = 6  # on a chart

ALLOW = {
    "start": Level.ANYONE,  # in a direct conversation it may be for several teams; `_may_start` asks in each
    "chosen": Level.ANYONE,
    "own": Level.OWNER,
    "own_chosen": Level.OWNER,
    "schedule": Level.OWNER,
    "repeat": Level.OWNER,
    "end_schedule": Level.OWNER,
    "results": Level.MEMBER,
    "respond": Level.OWNER,
    "report": Level.MEMBER,
    "open": Level.MEMBER,
    "answer": Level.MEMBER,
    "not_this_time": Level.MEMBER,
    "never": Level.MEMBER,
    "remove": Level.ANYONE,  # also for somebody who left
    "call_off": Level.OWNER,
    "detail": Level.MEMBER,
    "files": Level.MEMBER,
    "follow": Level.OWNER,
    "followed": Level.OWNER,
    "timer:invite": Level.CLOCK,
    "timer:close": Level.CLOCK,
    "timer:reveal": Level.CLOCK,
    "timer:remind": Level.CLOCK,
    "timer:end": Level.CLOCK,
    "timer:raw": Level.CLOCK,
    "timer:owed": Level.CLOCK,
    "timer:next": Level.CLOCK,
    "told:start": Level.CLOCK,
    "told:late": Level.CLOCK,
    "told:closed": Level.CLOCK,
    "told:opened": Level.CLOCK,
    "told:followed": Level.CLOCK,
    "told:delivered": Level.CLOCK,
    "told:undelivered": Level.CLOCK,
    "told:joined": Level.CLOCK,
    "told:left": Level.CLOCK,
    "told:forget": Level.CLOCK,
    "told:place_lost": Level.CLOCK,
}

_TO_START = (Roster(), Facts(RESULT), Facts(LIVE))
NEEDS = {
    "start": _TO_START,
    "chosen": _TO_START,
    "own_chosen": _TO_START,
    "schedule": (Facts(SCHEDULED),),
    "repeat": (Facts(SCHEDULED),),
    "results": (Facts(RESULT),),
    "respond": (Facts(RESULT),),
    "report": (
        Facts("round"),
        Facts("checkin"),
        Facts("session"),
        Facts("session_planned"),
        Facts("served"),
        Facts("action"),
        Facts(RESULT),
    ),
    "open": (Facts(FORM, "parent"),),
    "answer": (Facts(FORM, "parent"),),
    "timer:invite": (Roster(),),
    "timer:close": (Facts(RECEIPT, "parts", EVERYBODY),),
    "timer:raw": (Facts(NAMED, "parts", EVERYBODY),),
    "timer:next": (*_TO_START, Facts(SCHEDULED)),
    "told:start": _TO_START,
    "told:followed": (*_TO_START, Facts(SCHEDULED)),
    "told:joined": (Roster(),),
    "told:opened": (
        Facts(FORM, "session"),
        Facts(ANSWER, "session", EVERYBODY),
        Facts(WORDS, "session", EVERYBODY),
        Facts(PAIR, "session", EVERYBODY),
        Facts(NAMED, "parts", EVERYBODY),
        Facts(RESULT),
    ),
}

COMMANDS = (
    Command("pulse", "start", "A survey in private: totals only, and something follows", "[survey]", True, 9),
    Command("pulse start", "start", "Start a survey for this team", "[survey] [named] [about what]"),
    Command("pulse own", "own", "Start a survey of your own, as lines or as a pasted file"),
    Command("pulse schedule", "schedule", "Repeat a survey", "[survey]"),
    Command("pulse results", "results", "What surveys have shown"),
    Command("pulse respond", "respond", "Write what follows from the last survey", "[what follows]"),
    Command("report", "report", "This team in figures", "[3 months]"),
)

_WEEKS = {"weekly": 1, "every_2_weeks": 2, "monthly": 4, "every_3_months": 13, "every_6_months": 26, "yearly": 52}
_REFUSED_DM = "Type it in the channel of your team, and it knows which team you mean. Nothing was sent."


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    match inbound:
        case CommandIssued():
            return _command(inbound, context)
        case ButtonPressed():
            return _pressed(inbound, context)
        case FormSubmitted():
            return _form(inbound, context)
        case TimerFired():
            return _timer(inbound, context)
        case Told():
            return _told(inbound, context)


# what people type


def _command(inbound: CommandIssued, context: Context) -> Aimed | Refused | Shown:
    library = _library(context)
    match inbound.verb:
        case "start":
            word, _, rest = inbound.rest.strip().partition(" ")
            found = _survey(library, word) if word else None
            if word and isinstance(found, Refused):
                return found
            if context.team is None or found is None or isinstance(found, Refused):
                return _menu(context, word)
            return _start(found, rest.strip(), inbound.actor, context)
        case "own":
            return Shown(Show(cards.own_form()))
        case "schedule":
            word = inbound.rest.strip().partition(" ")[0]
            found = _survey(library, word) if word else None
            if isinstance(found, Refused):
                return found
            return _schedule_form(found, context)
        case "results":
            return Shown(Whisper(cards.latest_card(_rows(context))))
        case "respond":
            return _respond(inbound, context)
        case _:
            return _report(inbound.rest, context)


def _menu(context: Context, word: str = "") -> Shown | Refused:
    offered = sorted(_library(context).surveys.values(), key=lambda survey: survey.title)
    if not offered:
        return Refused("There is no survey in prompts/surveys. Nothing was sent.")
    teams = [(str(team.id), team.label) for team in context.teams] if context.team is None else []
    if context.team is None and not teams:
        return Refused(_REFUSED_DM)
    return Shown(Show(cards.menu_form(offered, word if word in _library(context).surveys else "", teams)))


def _survey(library: Library, word: str) -> Survey | Refused:
    wanted = word.casefold().strip('"')
    by_title = {survey.title.casefold(): survey for survey in library.surveys.values()}
    found = library.surveys.get(wanted) or by_title.get(wanted)
    if found is not None:
        return found
    near = get_close_matches(wanted, list(library.surveys), 1, 0.6)
    hint = f"Did you mean {near[0]}?" if near else "Type pulse to see them all."
    return Refused(f'I don\'t know the survey "{word[:60]}". {hint} Nothing was sent.')


def _start(survey: Survey, rest: str, by: Member, context: Context) -> Aimed | Refused:
    """A wave for this team, or why not: too few people, one open already, or nothing followed from the last."""
    if not _may_start(by, context):
        team = context.team.label if context.team else "the team"
        return Refused(f"Whoever looks after {team} can do this. Nothing changed.")
    if survey.named_if_chosen and rest.split()[:1] == ["named"]:
        survey, rest = replace(survey, mode="named"), rest[len("named") :].strip()
    waiting = next((fact for fact in context.facts(LIVE) if fact.row["survey"] == survey.id), None)
    if waiting is not None and waiting.row["phase"] == "between":
        return Aimed(SessionId(waiting.key), SecondStarted(by, _people(context)))
    if waiting is not None:
        return Refused(f"{survey.title} is open already. Nothing was sent.")
    owed = _owed(context, survey.id)
    if owed:
        return Refused("First somebody writes what follows.", cards.owed_refusal(survey.title, owed))
    session = context.new_session
    begun = _begun(survey, rest, by, context, session)
    return begun if isinstance(begun, Refused) else Aimed(session, begun)


def _may_start(by: Member, context: Context) -> bool:
    if context.level is Level.CLOCK:
        person = context.person(by)
        return person is not None and person.owner
    return context.level >= Level.OWNER


def _begun(survey: Survey, topic: str, by: Member | None, context: Context, session: SessionId) -> Started | Refused:
    team = context.team
    assert team is not None
    if questions.needs_topic(survey) and not topic:
        return Refused(f"{survey.title} asks about a topic. Write it after the name: pulse start {survey.id} topic.")
    people = _people(context)
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


def _people(context: Context) -> tuple[Person, ...]:
    return tuple(person for person in context.roster if person.takes_part)


def _owed(context: Context, survey: str) -> SessionId:
    """The wave of this survey that nothing followed from yet."""
    last = next((fact for fact in _newest(context.facts(RESULT)) if fact.row["survey"] == survey), None)
    return SessionId(last.key) if last is not None and last.row.get("owed") else SessionId("")


def _newest(facts: Iterable[Kept]) -> list[Kept]:
    return sorted(facts, key=lambda fact: str(fact.row.get("closed", "")), reverse=True)


def _rows(context: Context) -> list[tuple[str, str, SessionId]]:
    rows = []
    for fact in _newest(context.facts(RESULT)):
        closed = datetime.fromisoformat(fact.row["closed"])
        said = cards.TOO_FEW if fact.row["below"] else f"closed {closed.day} {closed:%B %Y}"
        rows.append((str(fact.row["title"]), said, SessionId(fact.key)))
    return rows


def _respond(inbound: CommandIssued, context: Context) -> Aimed | Refused:
    owed = next((fact for fact in _newest(context.facts(RESULT)) if fact.row.get("owed")), None)
    if owed is None:
        return Refused("No survey waits for something to follow. Nothing changed.")
    text = inbound.rest.strip()
    if not text:
        return Aimed(SessionId(owed.key), FollowAsked(inbound.actor))
    return Aimed(SessionId(owed.key), Followed(inbound.actor, text[:MOST_FOLLOWS]))


# what people press


def _pressed(inbound: ButtonPressed, context: Context) -> Aimed | Refused | Shown:
    session, by = inbound.action.session, inbound.actor
    events: dict[str, Event] = {
        "not_this_time": NotThisTime(by),
        "remove": TakenBack(by),
        "call_off": CalledOff(by),
        "detail": DetailAsked(by),
        "files": FilesAsked(by),
        "follow": FollowAsked(by),
        "end_schedule": StopAsked(by),
    }
    match inbound.verb:
        case "open":
            form = _asked(context)
            return Aimed(session, FormAsked(by, form[0] if form else None))
        case "never" if context.actor is not None:
            return Aimed(session, NeverAsked(by, context.actor.settings))
        case "start":
            return _menu(context)
        case "schedule":
            return _schedule_form(None, context)
        case "own":
            return Shown(Show(cards.own_form()))
        case "results":
            return Shown(Whisper(cards.latest_card(_rows(context))))
        case verb if verb in events:
            return Aimed(session, events[verb])
        case _:
            return Refused("This card is from before. Nothing changed.")


def _asked(context: Context) -> tuple[Survey, frozenset[str]] | None:
    """The survey as its wave asks it, and the marks of names."""
    facts = context.facts(FORM)
    if not facts:
        return None
    row = facts[0].row
    return questions.from_row(row["survey"]), frozenset(row["marks"])


# forms


def _form(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    session, by = inbound.action.session, inbound.actor
    match inbound.verb:
        case "answer":
            form = _asked(context)
            if form is None:
                return Refused("This survey has closed. Nothing changed.")
            reading = questions.read(form[0], inbound.values, form[1])
            if reading.errors:
                return Shown(Correct(reading.errors))
            return Aimed(session, Answering(by, reading.answers, reading.words))
        case "followed":
            text = inbound.text("text")
            if not text:
                return Shown(Correct({"text": "One sentence is enough."}))
            return Aimed(session, Followed(by, text[:MOST_FOLLOWS]))
        case "chosen":
            return _chosen(inbound, context)
        case "own_chosen":
            return _own(inbound, context)
        case "repeat":
            return _repeat(inbound, context)
        case _:
            return Refused("This form is from before. Nothing changed.")


def _chosen(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    survey = _survey(_library(context), inbound.text("survey"))
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
        return Refused(_REFUSED_DM)
    return _start(survey, topic, inbound.actor, context)


def _own(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """A survey of one's own: checked as strictly as those that came with the bot, and for names besides."""
    pasted = inbound.text("yaml")
    survey: Survey | None
    if pasted:
        reader = _library(context).read_survey
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
        for question in survey.questions:
            name = questions.named_in(question.text, marks)
            if name:
                where = "yaml" if pasted else "words" if question.type == "text" else "statements"
                said = f'"{question.text[:80]}" names {name}. Without names nobody is judged in secret. Reword it.'
                return Shown(Correct({where: said}))
    return _start(survey, "", inbound.actor, context)


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


# the schedule


def _schedule_form(survey: Survey | None, context: Context) -> Shown | Refused:
    team = context.team
    if team is None:
        return Refused(_REFUSED_DM)
    offered = [
        one for one in _library(context).surveys.values() if one.mode == "anonymous" and not questions.needs_topic(one)
    ]
    tomorrow = local_date(context.now, team.zone) + timedelta(days=1)
    while tomorrow.weekday() > 4:
        tomorrow += timedelta(days=1)
    weeks = _WEEKS.get(survey.repeat, 13) if survey else 13
    ordered = sorted(offered, key=lambda one: one.title)
    return Shown(Show(cards.schedule_form(ordered, survey.id if survey else "", weeks, tomorrow.isoformat())))


def _repeat(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    team, survey = context.team, _survey(_library(context), inbound.text("survey"))
    if team is None:
        return Refused(_REFUSED_DM)
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


def _date(inbound: TimerFired | Told, context: Context, *, freed: bool) -> Aimed | Refused:
    """A date of the schedule: which survey it is for stands in the fact the schedule kept."""
    fact = next((one for one in context.facts(SCHEDULED) if one.key == inbound.session), None)
    survey = _library(context).surveys.get(fact.row["survey"]) if fact else None
    if survey is None or context.team is None:
        return Aimed(inbound.session, DateCame(None, freed=freed))
    owed = _owed(context, survey.id)
    is_open = any(one.row["survey"] == survey.id for one in context.facts(LIVE))
    if owed or is_open:
        return Aimed(inbound.session, DateCame(None, owed, freed))
    wave = part_of(inbound.session, "wave", f"{inbound.at:%Y-%m-%d}")
    owner = next((person.member for person in context.roster if person.owner), None)
    begun = _begun(survey, "", owner, context, wave)
    if isinstance(begun, Refused):
        return Aimed(inbound.session, DateCame(None, freed=freed))
    begun = replace(begun, setting=replace(begun.setting, schedule=inbound.session))
    return Aimed(inbound.session, DateCame(begun, freed=freed))


# timers and tells


def _timer(inbound: TimerFired, context: Context) -> Aimed | Refused:
    session = inbound.session
    match inbound.name:
        case "invite":
            return Aimed(session, SetCame(_people(context)))
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
            return _date(inbound, context, freed=False)
        case _:
            return Refused("This timer means nothing any more.")


def _told(inbound: Told, context: Context) -> Aimed | Refused:
    session, row = inbound.session, inbound.payload
    member = Member.from_key(row["member"]) if row.get("member") else None
    match inbound.verb_told:
        case "start":
            survey = _survey(_library(context), str(row["survey"]))
            if isinstance(survey, Refused):
                return survey
            started = _start(survey, str(row["topic"]), Member.from_key(row["by"]), context)
            return replace(started, session=session) if isinstance(started, Aimed) else started
        case "late":
            return Aimed(session, Extended(datetime.fromisoformat(row["until"])))
        case "closed":
            return Aimed(session, Closed())
        case "opened":
            return _opened(session, context)
        case "followed":
            return _date(inbound, context, freed=True)
        case "delivered" if row["name"] == "invitation":
            return Aimed(session, Delivered(inbound.at))
        case "undelivered" if row["name"] == "invitation":
            return Aimed(session, Lost(bool(row.get("held"))))
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
    complete = states.count("answered")
    return CloseCame(complete, complete + states.count("open"), states.count("undelivered"))


def _opened(session: SessionId, context: Context) -> Aimed | Refused:
    form = _asked(context)
    if form is None:
        return Refused("This survey was counted already.")
    survey = form[0]
    comparable = {survey.version, survey.comparable_to}
    earlier = [
        fact
        for fact in _newest(context.facts(RESULT))
        if fact.row["survey"] == survey.id and "results" in fact.row and fact.row["version"] in comparable
    ]
    before = questions.Results.from_row(earlier[0].row["results"]) if earlier else None
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
            before=before,
            since=datetime.fromisoformat(earlier[0].row["closed"]) if earlier else None,
            waves=tuple(waves),
            named=named,
        ),
    )


# the report


def _report(rest: str, context: Context) -> Shown | Refused:
    """Participation, rhythm, roles, actions, surveys: of the team, over a window, each with what it is counted over."""
    team = context.team
    if team is None:
        return Refused(_REFUSED_DM)
    weeks = 13 if rest.strip().startswith(("3", "three", "quarter")) else 4
    since = context.now - timedelta(weeks=weeks)

    def recent(kind: str) -> list[Mapping[str, Any]]:
        return [fact.row for fact in context.facts(kind) if fact.at is None or fact.at >= since]

    shares = [(int(row.get("took_part", 0)), int(row.get("expected", 0))) for row in recent("round")]
    shares += [(int(row.get("responded", 0)), int(row.get("expected", 0))) for row in recent("checkin")]
    took = participation(shares)
    held = recent("session")
    on_time = sum(int(row.get("minutes", 0)) <= int(row.get("planned", 0)) + 5 for row in held)
    sections = [
        ("Taking part", f"{took.percent()} of {took.of}" if took.of >= 3 else NONE),
        ("Rhythm", f"{len(recent('round'))} rounds, {len(recent('checkin'))} check-ins, {len(held)} guided sessions"),
        ("Ended as announced", Share(on_time, len(held)).percent()),
        ("Actions", _actions(context, since)),
        *_indices(context, since),
    ]
    return Shown(Whisper(cards.report_card(team.label, weeks, sections)))


def _actions(context: Context, since: datetime) -> str:
    zone = context.team.zone if context.team else "UTC"
    today, first = local_date(context.now, zone), local_date(since, zone)
    found = []
    for fact in context.facts("action"):
        row = fact.row
        dates = [_day(row.get(name)) for name in ("created", "due", "done")]
        if dates[0] is not None and row.get("how") != "not needed":
            found.append(Action(dates[0], due=dates[1], done=dates[2], claimed=_day(row.get("taken"))))
    done, unclaimed = actions_on_time(found, first, today), actions_unclaimed(found, today)
    return f"{done.percent()} done on time of {done.of}; {unclaimed.percent()} not taken by anybody"


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _indices(context: Context, since: datetime) -> list[tuple[str, str]]:
    """Up to three indices of surveys, as they were shown; nothing of a wave with too few answers."""
    found: list[tuple[str, str]] = []
    for fact in _newest(context.facts(RESULT)):
        if fact.row["below"] or "results" not in fact.row or datetime.fromisoformat(fact.row["closed"]) < since:
            continue
        results = questions.Results.from_row(fact.row["results"])
        for line in results.indices:
            if line.says and len(found) < 3:
                said = f"{line.percent} agree" if line.percent else line.says
                found.append((line.title, f"{said}, {results.n} answers"))
        if fact.row.get("follows"):
            found.append(("What follows", str(fact.row["follows"])))
    return found or [("Surveys", NONE)]


def _library(context: Context) -> Library:
    return context.content if isinstance(context.content, Library) else Library()
