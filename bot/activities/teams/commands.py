"""How words, presses and forms become events of a team's set-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from bot.activities.teams import cards
from bot.activities.teams.model import (
    FORMATS_OFFERED,
    FRAMED,
    Agreed,
    Around,
    ChoiceAsked,
    DraftChanged,
    Founded,
    FrameChosen,
    HelloAsked,
    HelperDeclined,
    IdeaPassed,
    KeepingChosen,
    Loudness,
    MonthCame,
    NewcomerCame,
    OwnerMayBeGone,
    PeopleChosen,
    Planned,
    SessionHeld,
    SetupAsked,
    Stepped,
    Volunteered,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Level, Need, Roster, Shown
from bot.kernel.calendar import DAY_NAMES, at_wall, local_date, why_not_at
from bot.kernel.cards import Card
from bot.kernel.content import Library, Template
from bot.kernel.decision import Correct, Refused, Show, Whisper, say
from bot.kernel.hours import Hours, working_days_after
from bot.kernel.ids import Member, SessionId, in_team
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.keeping import RAW, RETENTION, TEXTS, Keeping
from bot.kernel.people import Team
from bot.pieces.metrics import Share, noise

ALLOW = {
    **dict.fromkeys(
        ("setup", "rhythm", "sample", "out", "come_back", "volunteer", "not_me", "frame", "pass_on", "leave_it"),
        Level.MEMBER,
    ),
    **dict.fromkeys(
        ("ok", "all", "choose", "chosen", "reveal", "templates", "template", "hello", "change"),
        Level.OWNER,
    ),
    **dict.fromkeys(("frame", "pass_on", "leave_it"), Level.MEMBER),
    **dict.fromkeys(("keep", "keep_set", "noise"), Level.OWNER),
    **dict.fromkeys(
        ("timer:month", "told:founded", "told:joined", "told:left", "told:forget", "told:held"), Level.CLOCK
    ),
}
_PEOPLE: tuple[Need, ...] = (Roster(),)
_NOISE: tuple[Need, ...] = (Facts("sent", of="people", most=50_000), Facts("pulse", most=60))
NEEDS: Mapping[str, tuple[Need, ...]] = {
    **dict.fromkeys(("setup", "ok", "all", "choose", "chosen", "reveal", "template", "change", "volunteer"), _PEOPLE),
    "pass_on": _PEOPLE,
    "told:held": (Facts("session", most=FRAMED), Facts("scaffold", most=1)),
    "told:joined": (*_PEOPLE, Facts(FORMATS_OFFERED, most=1)),
    "hello": (*_PEOPLE, Facts("checkin_schedule"), Facts(RETENTION, most=1)),
    **dict.fromkeys(("keep", "keep_set"), (Facts(RETENTION, most=1),)),
    **dict.fromkeys(("told:founded", "told:left", "told:forget"), _PEOPLE),
    "timer:month": (*_PEOPLE, Facts("rhythm"), *_NOISE, Facts("holder", most=30), Facts("filed", most=200)),
    "noise": (*_PEOPLE, *_NOISE),
    "rhythm": (Facts("rhythm"),),
}
COMMANDS = (
    Command("setup", "setup", "Make a team ready in five questions"),
    Command("setup template", "templates", "Start from one of the use cases", aliases=("setup templates",)),
    Command("setup members", "choose", "Who takes part, and who looks after it"),
    Command("setup keep", "keep", "How long answers stay", aliases=("setup data",)),
    Command("quiet team", "noise", "How much I wrote to the team; nobody's own figure"),
    Command("rhythm", "rhythm", "The next four weeks on one card"),
)
BETWEEN_OFFERS = timedelta(days=14)
WEEKS_OF_NOISE, FEWEST = 4, 3  # fewer people than this have no figure of their own
_DAYS = {name[:3].lower(): number for number, name in enumerate(DAY_NAMES)}
Found = Aimed | Refused | Shown


def aim(inbound: Inbound, context: Context) -> Found:
    team = context.team
    if team is None:
        return Refused("Type it in the team's channel, so that I know which team you mean. Nothing changed.")
    own = SessionId(f"teams.{team.id}")
    around = _around(team, context)
    match inbound:
        case TimerFired():
            return Aimed(own, _month(around, context))
        case Told(verb_told="founded"):
            return Aimed(own, Founded(around))
        case Told(verb_told="held"):
            count, asked = len(context.facts("session")), bool(context.facts("scaffold"))
            return Aimed(own, SessionHeld(around, count, asked))
        case Told(verb_told="joined", payload=payload):
            return Aimed(own, _newcomer(Member.from_key(payload["member"]), around, context))
        case Told(payload=payload):
            return Aimed(own, OwnerMayBeGone(Member.from_key(payload["member"]), around))
        case FormSubmitted():
            return _chosen(inbound, own, around)
        case ButtonPressed() | CommandIssued():
            return _pressed(inbound, own, around, context)


def _pressed(inbound: ButtonPressed | CommandIssued, own: SessionId, around: Around, context: Context) -> Found:
    by, team = inbound.actor, around.team
    argument = inbound.action.argument if isinstance(inbound, ButtonPressed) else ""
    step = int(argument) if argument.isdigit() else 1
    match inbound.verb:
        case "setup" | "change":
            return Aimed(own, SetupAsked(by, around))
        case "ok":
            return Aimed(own, Agreed(by, around, step))
        case "all":
            return Aimed(own, Agreed(by, around, 5, all=True))
        case "choose":
            return Aimed(own, ChoiceAsked(by, around, step, _categories(context)))
        case "reveal":
            reveal = "at_once" if argument == "at_once" else "at_close"
            return Aimed(own, DraftChanged(by, around, 4, reveal=cast(Any, reveal)))
        case "templates":
            return Shown(Whisper(_templates(around, context)))
        case "template":
            return _template(argument, own, by, around, context)
        case "hello":
            running = frozenset(SessionId(fact.key) for fact in context.facts("checkin_schedule"))
            return Aimed(own, HelloAsked(by, around, running))
        case "noise":
            loudness = loudness_of(context)
            if loudness is None:
                return Refused("There is nothing to show yet: too few people, or nothing was sent in four weeks.")
            return Shown(Whisper(cards.noise_card(team.label, loudness)))
        case "pass_on" if argument:
            return Aimed(own, IdeaPassed(by, argument, around))
        case "frame":
            level = argument if argument in ("mix", "fewer") else "all"
            return Aimed(own, FrameChosen(by, around, cast(Any, level)))
        case "leave_it":
            return Shown(say("Left as it is. Nothing changed."))
        case "keep":
            return Shown(Show(cards.keeping_form(around)))
        case "sample":
            return Shown(Whisper(cards.sample_card(around, setting_up=argument == "setup")))
        case "out" | "come_back":
            return Aimed(own, Stepped(by, inbound.verb == "out", around))
        case "volunteer":
            return Aimed(own, Volunteered(by, around))
        case "not_me":
            return Aimed(own, HelperDeclined(by))
        case "rhythm":
            return Shown(Whisper(cards.rhythm_card(team, _planned(context))))
    return Refused("This card is from before. Nothing changed.")


def _chosen(form: FormSubmitted, own: SessionId, around: Around) -> Found:
    by, place = form.actor, around.team.place
    if form.verb == "keep_set":
        row = {name: _number(form.text(name), most, most) for name, most in (("texts", TEXTS[0]), ("raw", RAW[0]))}
        return Aimed(own, KeepingChosen(by, around, Keeping.from_row(row)))
    match form.action.argument:
        case "1":
            members = frozenset(Member(place.platform, place.workspace, user) for user in form.ticked("people"))
            if len(members) < 2:
                return Shown(Correct({"people": "A team takes two people or more."}))
            return Aimed(own, PeopleChosen(by, around, members))
        case "2":
            plan = form.ticked("plan")
            if not plan:
                return Shown(Correct({"plan": "Choose at least one kind."}))
            return Aimed(own, DraftChanged(by, around, 2, plan=plan, template="", lines=()))
        case "3":
            at = _time(form.text("at"))
            if at is None:
                return Shown(Correct({"at": f'"{form.text("at")[:40]}" is not a time of day. Write it like 09:30.'}))
            because = why_not_at(at)
            if because:
                return Shown(Correct({"at": because}))
            moment = "team" if form.text("moment") == "team" else "each"
            day, weeks = _number(form.text("day"), 6, 1), max(1, _number(form.text("weeks"), 4, 1))
            changed = DraftChanged(by, around, 3, day=day, at=at, weeks=weeks, moment=cast(Any, moment))
            return Aimed(own, changed)
    user = form.text("helper")
    helper = Member(place.platform, place.workspace, user) if user else None
    return Aimed(own, DraftChanged(by, around, 5, helper=helper))


def _template(id: str, own: SessionId, by: Member, around: Around, context: Context) -> Found:
    library = context.content
    template = library.templates.get(id) if isinstance(library, Library) else None
    if template is None:
        return Refused("That template is not here any more. Nothing changed.")
    checkin = next((line for line in template.rhythm if line.what == "checkin"), None)
    plan = template.plan or ((checkin.category,) if checkin and checkin.category else None)
    changed = DraftChanged(
        by,
        around,
        1,
        plan=plan,
        day=_DAYS[checkin.day] if checkin else None,
        at=_time(checkin.time) if checkin else None,
        weeks=max(1, checkin.weeks) if checkin else None,
        template=id,
        lines=_lines(template, cast(Library, library)),
    )
    return Aimed(own, changed)


def _lines(template: Template, library: Library) -> tuple[str, ...]:
    """What else the template proposes, in words; the team starts it when it wants to."""
    found = []
    for line in template.rhythm:
        if line.what == "guide" and line.id in library.guides:
            often = (
                "every month" if not line.weeks else "every week" if line.weeks == 1 else f"every {line.weeks} weeks"
            )
            found.append(f"{library.guides[line.id].title}, {often}")
    found += [f'the survey "{library.surveys[id].title}"' for id in template.pulses if id in library.surveys]
    return tuple(found)


def _templates(around: Around, context: Context) -> Card:
    library = context.content if isinstance(context.content, Library) else Library()
    return cards.templates_card(around, [(one.id, one.title, one.purpose) for one in library.templates.values()])


def _around(team: Team, context: Context) -> Around:
    today = local_date(context.now, team.zone)
    hours = Hours(team.zone)
    first = working_days_after(hours, today, 1) or today + timedelta(days=1)
    month = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    morning = working_days_after(hours, month - timedelta(days=1), 1) or month
    new = in_team(context.new_session, team.id)
    chosen = next((fact.row for fact in context.facts(RETENTION)), None)
    month_at = at_wall(morning, time(9), team.zone)
    return Around(team, context.roster, new, first, month_at, Keeping.from_row(chosen))


def _month(around: Around, context: Context) -> MonthCame:
    today = local_date(context.now, around.team.zone)
    held = next((fact.row["member"] for fact in context.facts("holder") if fact.key == "archivist"), None)
    here = {person.member.key(): person.member for person in context.roster if not person.away_on(today)}
    bare = (fact.row for fact in context.facts("filed") if fact.row.get("kind") == "recap" and not fact.row.get("tags"))
    archivist = here.get(str(held)) if held else None
    titles = tuple(str(row.get("title")) for row in bare)
    return MonthCame(around, _planned(context), loudness_of(context), archivist, titles)


def _newcomer(member: Member, around: Around, context: Context) -> NewcomerCame:
    library = context.content if isinstance(context.content, Library) else Library()
    formats = sorted(guide.title for guide in library.guides.values() if "team_building" in guide.tags)
    lately = any(fact.at and context.now - fact.at < BETWEEN_OFFERS for fact in context.facts(FORMATS_OFFERED))
    return NewcomerCame(member, around, tuple(formats), lately)


def _planned(context: Context) -> tuple[Planned, ...]:
    found = []
    for fact in context.facts("rhythm"):
        dates = tuple(at for at in map(datetime.fromisoformat, fact.row["dates"]) if at > context.now)
        each = bool(fact.row.get("each"))
        found.append(Planned(str(fact.row["what"]), str(fact.row["line"]), dates, each))
    return tuple(found)


def _categories(context: Context) -> tuple[tuple[str, str], ...]:
    library = context.content if isinstance(context.content, Library) else Library()
    return tuple(
        (one.id, one.title) for one in library.checkins.values() if one.use not in ("session_start", "session_end")
    )


def _number(text: str, most: int, otherwise: int) -> int:
    return min(int(text), most) if text.isdigit() else otherwise


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


def loudness_of(context: Context) -> Loudness | None:
    """What the bot sent unasked to the people of the team, all teams of theirs together, in four whole weeks."""
    people = [person for person in context.roster if person.takes_part]
    here = {person.member for person in people}
    today = local_date(context.now, context.team.zone if context.team else "UTC")
    weeks = {(today - timedelta(days=7 * n)).isocalendar()[:2] for n in range(1, WEEKS_OF_NOISE + 1)}
    bundles: dict[tuple[Member, tuple[int, int]], set[int]] = {}
    kinds: Counter[str] = Counter()
    for fact in context.facts("sent"):
        week = date.fromisoformat(fact.row["day"]).isocalendar()[:2]
        if fact.member in here and week in weeks:
            bundles.setdefault((fact.member, week), set()).add(int(fact.row["bundle"]))
            kinds[str(fact.row["kind"])] += 1
    if len(people) < FEWEST or not bundles:
        return None
    each = [len(bundles.get((person.member, week), ())) for person in people for week in weeks]
    muted = sum(bool(person.settings.stopped or person.settings.muted) for person in people)
    share, says = _too_many(context)
    found = noise(each, 0, share)
    assert found is not None
    return Loudness(replace(found, muted=Share(muted, len(people))), tuple(kinds.most_common()), says)


def _too_many(context: Context) -> tuple[Share, str]:
    """How many say it is too much: no more than what the latest survey about it showed to everybody."""
    shown = next((fact.row for fact in context.facts("pulse") if fact.row["survey"] == "bot-noise"), None)
    results = shown.get("results") if shown else None
    line = next((one for one in (results or {}).get("statements", ()) if one["title"] == "Too many"), None)
    if results is None or line is None or not line["says"]:
        return Share(0, 0), ""
    if line["points"] is not None:
        return Share(int(line["points"]), 100), f"Too many messages, say {line['percent']}."
    most = str(line["says"]).startswith("most")
    return Share(results["n"] if most else 0, results["n"]), f"Too many messages: {line['says']}."
