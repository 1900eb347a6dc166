"""From a guide, a topic and a moment to a session."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from bot.activities.guides.cards import plan as cards
from bot.activities.guides.cards.parts import minutes as length_of
from bot.activities.guides.commands.browse import GOALS, NONE, find, guides_of, leading, longest_stretch
from bot.activities.guides.commands.moves import of_guide
from bot.activities.guides.model import MOST_TOPIC, Fresh, Opened, PlanMade, Setting, alias
from bot.activities.guides.model.setting import Frame
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.calendar import at_wall
from bot.kernel.chance import shuffled
from bot.kernel.content import GoalType, Guide, Library, Question, Step
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import Member, in_team
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Told
from bot.pieces.dates import Unclear, read_on
from bot.pieces.product import product_line, stands_still
from bot.pieces.scaling import scale_guide

NOT_HERE = "A session happens where the team is. Type it in {where}. Nothing changed."
ALREADY = "A session is already running here. Its card is further up; press I'm here there to join."
EXAMPLE = "remote work"  # what a rehearsal is about
COLLECTS = {"decide": ("decisions",), "solve": ("actions",), "share": ("next_question",), "explore": ()}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Everything that can be chosen about a session; only the guide has no default."""

    guide: Guide
    topic: str = ""
    minutes: int = 0
    goal: str = ""
    today: str = ""
    not_today: str = ""
    repeat: int = 0
    monthly: bool = False
    link: str | None = None  # None: the one that is saved
    at: datetime | None = None
    ahead: int | None = None  # working days between the announcement and the session; None: as the guide says


def typed_start(inbound: CommandIssued | ButtonPressed, context: Context) -> Aimed | Refused | Shown:
    refused = _place(inbound, context)
    if refused is not None:
        return refused
    words = _words(inbound)
    guide, rest = leading(context, words)
    minutes, topic = _minutes(rest)
    if guide is None or (not topic and needs_topic(guide)):
        chosen = guide.id if guide else "learning-hour"
        return Shown(Show(cards.start_form(guides_of(context), chosen, words if guide is None else "")))
    return _begin(Chosen(guide, topic, minutes), context, inbound.actor)


def typed_plan(inbound: CommandIssued | ButtonPressed, context: Context) -> Aimed | Refused | Shown:
    """From anywhere: it is announced and held where the team is."""
    if context.team is None:
        return Refused(NOT_HERE.format(where="a channel of your team"))
    if not guides_of(context):
        return Refused(NONE)
    guide, rest = leading(context, _words(inbound))
    here = context.now.astimezone(ZoneInfo(context.team.zone))
    at, topic = _moment(rest, here)
    minutes, topic = _minutes(topic)
    if guide is None or at is None or (not topic and needs_topic(guide)):
        day = at.date().isoformat() if at else cards.next_working_day(context.now, context.team.zone)
        hour = f"{at:%H:%M}" if at else ""
        chosen = guide.id if guide else "learning-hour"
        often = guide.rhythm if guide else ""
        form = cards.plan_form(guides_of(context), chosen, day, hour, topic, _link(context), often)
        return Shown(Show(form))
    return _begin(Chosen(guide, topic, minutes, at=at), context, inbound.actor)


def _words(inbound: CommandIssued | ButtonPressed) -> str:
    """What was typed; where a form cannot be opened by typing, a button carries the words on."""
    return inbound.rest if isinstance(inbound, CommandIssued) else inbound.action.argument


def open_form(press: ButtonPressed, context: Context) -> Shown | Refused:
    """Plan it, or Start now, on the card of a guide; that card may lie in the person's own messages."""
    if context.team is None:
        return Refused(NOT_HERE.format(where="a channel of your team"))
    guides = guides_of(context)
    if not guides:
        return Refused(NONE)
    if press.verb == "start_form":
        return Shown(Show(cards.start_form(guides, press.action.argument)))
    chosen = press.action.argument
    often = next((guide.rhythm for guide in guides if guide.id == chosen), "")
    zone = context.team.zone
    day = cards.first_tuesday(context.now, zone) if often == "monthly" else cards.next_working_day(context.now, zone)
    return Shown(Show(cards.plan_form(guides, chosen, day, link=_link(context), often=often)))


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0


def filled(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """The form of start or plan came back."""
    if context.team is None:
        return Refused(NOT_HERE.format(where="a channel of your team"))
    guide = find(context, form.text("guide"))
    if guide is None:
        return Shown(Correct({"guide": "Choose one of the guides."}))
    minutes = form.text("minutes")
    if minutes and not re.fullmatch(r"[0-9]{1,3}", minutes):
        return Shown(Correct({"minutes": f'A whole number of minutes; you wrote "{minutes}".'}))
    goal = form.text("goal")
    chosen = Chosen(
        guide,
        form.text("topic"),
        int(minutes or 0),
        goal if goal in GOALS else "",
        form.text("today"),
        form.text("not_today"),
        _whole(form.text("repeat")),
        form.text("repeat") == "monthly",
        form.text("link") if form.verb == "planned" else None,
    )
    if form.verb == "planned":
        try:
            day = date.fromisoformat(form.text("day"))
        except ValueError:
            return Shown(Correct({"day": "Choose a day."}))
        hour = cards.wall(form.text("hour"))
        if hour is None:
            return Shown(Correct({"hour": "A time such as 09:30."}))
        at = at_wall(day, hour, context.team.zone)
        if at <= context.now:
            return Shown(Correct({"day": "That moment has passed. Choose a later one."}))
        ahead = form.text("ahead")
        if ahead and not re.fullmatch(r"[0-5]", ahead):
            return Shown(Correct({"ahead": f'Between 0 and 5 working days; you wrote "{ahead}".'}))
        chosen = replace(chosen, at=at, ahead=int(ahead) if ahead else None)
    if chosen.link and not chosen.link.startswith("https://"):
        return Shown(Correct({"link": "A link begins with https://."}))
    begun = _begin(chosen, context, form.actor)
    if isinstance(begun, Refused):
        field = "minutes" if "minutes" in begun.because else "topic"
        return Shown(Correct({field: begun.because}))
    return begun


def rehearse(words: str, by: Member, context: Context) -> Aimed | Refused:
    """A guide in the person's own direct messages: a minute a step, the real buttons, the autopilot presses Next."""
    if context.team is None:
        return Refused("Which team's guides? Type it in that team's channel; I answer you alone. Nothing changed.")
    guide = find(context, words)
    if guide is None:
        return Refused(f'I know no guide "{words[:80]}". Type guide list for all of them.')
    steps = tuple(
        replace(
            step,
            minutes=1,
            min_minutes=1,
            think_seconds=min(step.think_seconds, 30),
            seconds_per_person=30 if step.kind == "round" else step.seconds_per_person,
        )
        for step in guide.steps
    )
    trial = replace(guide, steps=steps, total_minutes=len(steps), title=f"Rehearsal: {guide.title}"[:60])
    setting = setting_of(Chosen(trial, EXAMPLE if needs_topic(guide) else ""), context, by, rehearsal=True)
    return Aimed(setting.id, Opened(replace(setting, open_actions=(), carried="", with_roles=False)), member=by)


def quick(verb: str, words: str, by: Member, context: Context) -> Aimed | Refused:
    """A vote, or one breath, by itself: a session of one or two steps."""
    team = context.team
    assert team is not None
    words = re.sub(r"^start\s+", "", words.strip(), flags=re.I).strip("\"'“”")
    if len(words) > MOST_TOPIC:
        return Refused(
            f"A question has room for {MOST_TOPIC} characters; yours has {len(words):,}. Nothing was posted."
        )
    if verb == "vote":
        if not words:
            return Refused("Vote on what? Type: vote, and the question. Nothing was posted.")
        asked = (Question(words),)
        steps: tuple[Step, ...] = (
            Step(id="notes", kind="silent", title="Write alone", minutes=5, questions=asked),
            Step(id="vote", kind="vote", title="Vote", minutes=3, questions=asked, dots=3, votes_on="notes"),
        )
        title, goal = "Note and vote", "decide"
    else:
        question = words or "What do you take along?"
        steps = (Step(id="breath", kind="breath", title="One breath", minutes=5, questions=(Question(question),)),)
        title, goal, words = "One breath", "share", question
    guide = Guide(
        id=verb,
        title=title,
        purpose="",
        goal_type=cast(GoalType, goal),
        total_minutes=sum(step.minutes for step in steps),
        steps=steps,
        archive="yes" if verb == "vote" else "no",
    )
    setting = replace(setting_of(Chosen(guide, words), context, by), quick=True, holders=(), open_actions=())
    return Aimed(setting.id, Opened(replace(setting, with_roles=False)))


def _begin(chosen: Chosen, context: Context, by: Member) -> Aimed | Refused:
    guide, team = chosen.guide, context.team
    assert team is not None
    if len(chosen.topic) > MOST_TOPIC:
        return Refused(
            f"A topic has room for {MOST_TOPIC} characters; yours has {len(chosen.topic):,}. Nothing was posted."
        )
    if chosen.at is None and guide.mode == "live" and context.facts("session_live"):
        return Refused(ALREADY)
    if chosen.minutes and chosen.minutes != guide.total_minutes:
        if not guide.scalable:
            return Refused(
                f"{guide.title} takes {length_of(guide.total_minutes)} and cannot be scaled. Nothing was posted."
            )
        try:
            guide = scale_guide(guide, chosen.minutes)
        except ValueError as reason:
            return Refused(f"{reason} You chose {chosen.minutes} minutes.")
        longest = longest_stretch(context)
        if guide.longest_stretch() > longest:
            return Refused(f"More than {longest} minutes without a break do not work. Choose fewer minutes.")
    setting = setting_of(replace(chosen, guide=guide), context, by)
    event = Opened(setting) if chosen.at is None else PlanMade(setting, chosen.at)
    return Aimed(setting.id, event)


def booked(told: Told, context: Context) -> Aimed | Refused:
    """Another activity books a session: {guide, topic, at, host}. It can be dropped like any that is planned."""
    payload = told.payload
    guide, at = find(context, str(payload["guide"])), datetime.fromisoformat(payload["at"])
    here = [person.member for person in context.roster]
    host = Member.from_key(payload["host"]) if payload["host"] else None
    owners = [person.member for person in context.roster if person.owner]
    by = next((one for one in (host, *owners, *here) if one in here), None)
    if guide is None or by is None or at <= context.now:
        return Refused("That session cannot be planned.")
    topic = str(payload["topic"])[:MOST_TOPIC]
    setting = replace(setting_of(Chosen(guide, topic, at=at), context, by), id=told.session)
    return Aimed(told.session, PlanMade(setting, at))


def setting_of(chosen: Chosen, context: Context, by: Member, *, rehearsal: bool = False) -> Setting:
    """The session as it is known before it runs, with a copy of the guide as it is today."""
    guide, team = chosen.guide, context.team
    assert team is not None
    day = (chosen.at or context.now).astimezone(ZoneInfo(team.zone)).date()
    goal = cast(GoalType, chosen.goal or guide.goal_type)
    holders = _holders(context) if chosen.at is None and not rehearsal else ()
    rules = of_guide(guide, context)
    return Setting(
        id=in_team(context.new_session, team.id),
        team=team.id,
        place=team.place,
        team_label=team.label,
        zone=team.zone,
        guide=guide.id,
        title=guide.title,
        version=guide.version,
        purpose=guide.purpose,
        goal=goal,
        topic=" ".join(chosen.topic.split()),
        host=by,
        owners=tuple(person.member for person in context.roster if person.owner) if not rehearsal else (),
        expected=tuple(p.member for p in context.roster if p.takes_part and not p.away_on(day)),
        steps=_closing(_questioned(guide.steps, context), goal),
        seed=context.seed,
        roles=guide.roles,
        holders=tuple((role, member) for role, member in holders if role in guide.roles),
        today=chosen.today,
        not_today=chosen.not_today,
        link=_link(context) if chosen.link is None else chosen.link,
        at=chosen.at,
        send_ahead=guide.send_ahead_days if chosen.ahead is None else chosen.ahead,
        repeat=chosen.repeat,
        monthly=chosen.monthly,
        prepare=guide.prepare,
        after=guide.after,
        archive=guide.archive,
        carried=_carried(context),
        open_actions=_open_actions(context),
        product=_product(context),
        rehearsal=rehearsal,
        cues=_cues(context),
        tags=guide.tags,
        rules=tuple(rule.text for rule in rules.rules) if rules else (),
        rules_title=rules.title if rules else "",
        days=guide.mode == "async",
        met=_met(context),
        units=_units(context),
        with_roles=any(activity == "roles" for activity, _ in context.commands),
        with_surveys=any(activity == "pulse" for activity, _ in context.commands),
        with_products=any(activity == "products" for activity, _ in context.commands),
        with_projects=any(activity == "projects" for activity, _ in context.commands),
        with_records=any(activity == "records" for activity, _ in context.commands),
    )


def fresh(context: Context) -> Fresh | None:
    """What a session that was planned earlier says of its team, as it is now."""
    if context.team is None or not context.roster:
        return None
    day = context.now.astimezone(ZoneInfo(context.team.zone)).date()
    return Fresh(
        tuple(p.member for p in context.roster if p.takes_part and not p.away_on(day)),
        tuple(person.member for person in context.roster if person.owner),
        _carried(context),
        _open_actions(context),
        _product(context),
        _units(context),
        tuple(p.member for p in context.roster if p.takes_part and p.away_on(day)),
    )


def _cues(context: Context) -> Frame:
    """How much frame the team wants: it is asked once, after six sessions (P12)."""
    level = next((fact.row["level"] for fact in context.facts("scaffold")), "all")
    return "fewer" if level == "fewer" else "mix" if level == "mix" else "all"


def _carried(context: Context) -> str:
    return next((str(fact.row.get("text", "")) for fact in context.facts("carried")), "")


def _units(context: Context) -> tuple[tuple[Member, int], ...]:
    """Who works in one unit has one number; the word itself stays with the person."""
    said = {p.member: " ".join(p.settings.unit.split()).casefold() for p in context.roster if p.settings.unit}
    numbers = {unit: number for number, unit in enumerate(sorted(set(said.values())))}
    return tuple((member, numbers[unit]) for member, unit in said.items() if unit)


def _product(context: Context) -> str:
    facts = context.facts("product")
    return next((product_line(fact.row, context.now) for fact in facts if stands_still(fact.row, context.now)), "")


def _open_actions(context: Context) -> tuple[str, ...]:
    return tuple(str(fact.row.get("line", "")) for fact in context.facts("action_open"))[:5]


def _questioned(steps: tuple[Step, ...], context: Context) -> tuple[Step, ...]:
    """A step that takes its question from a category gets one, drawn from those that fit."""
    library = context.content
    if not isinstance(library, Library):
        return steps
    found = []
    for number, step in enumerate(steps):
        category = library.checkins.get(step.prompt_category)
        if category is not None and category.prompts and not step.questions:
            open_ones = [prompt for prompt in category.prompts if not prompt.choices] or list(category.prompts)
            prompt = shuffled(open_ones, context.seed + number)[0]
            step = replace(step, questions=(Question(prompt.text),))
        found.append(step)
    return tuple(found)


def _closing(steps: tuple[Step, ...], goal: GoalType) -> tuple[Step, ...]:
    """The kind of talk decides what the last step must collect (P26)."""
    wanted = COLLECTS[goal]
    last = max((n for n, step in enumerate(steps) if step.kind == "recap"), default=-1)
    if last < 0 or all(one in steps[last].collects for one in wanted):
        return steps
    step = replace(steps[last], collects=tuple(dict.fromkeys((*steps[last].collects, *wanted))))
    return (*steps[:last], step, *steps[last + 1 :])


def _holders(context: Context) -> tuple[tuple[str, Member], ...]:
    """Who holds which role by rotation; only people who are in the team now."""
    here = {person.member for person in context.roster}
    found = []
    for fact in context.facts("holder"):
        key = fact.row.get("member")
        if key and Member.from_key(str(key)) in here:
            found.append((fact.key, Member.from_key(str(key))))
    return tuple(found)


def _met(context: Context) -> tuple[tuple[Member, Member], ...]:
    """Pairs who were in a small group together, so that the next groups mix differently."""
    if context.team is None or not context.facts("met"):
        return ()
    known = {alias(context.team.id, person.member): person.member for person in context.roster}
    pairs = [[known[one] for one in fact.row.get("pair", ()) if one in known] for fact in context.facts("met")]
    return tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2)


def needs_topic(guide: Guide) -> bool:
    texts = [guide.purpose, *(step.text + step.say for step in guide.steps)]
    texts += [question.text for step in guide.steps for question in step.questions]
    return any("{topic}" in text for text in texts)


def _place(inbound: CommandIssued | ButtonPressed, context: Context) -> Refused | None:
    if context.team is None or inbound.place.direct:
        where = context.team.label if context.team else "a channel of your team"
        return Refused(NOT_HERE.format(where=where))
    if not guides_of(context):
        return Refused(NONE)
    return None


def _minutes(text: str) -> tuple[int, str]:
    """A number of minutes in front of a topic: `45 handover` or `45 min handover`."""
    found = re.match(r"(\d{2,3})\s*(?:minutes|min|m)?(?!\S)", text.strip())
    if not found:
        return 0, text.strip().strip("\"'“”")
    return int(found.group(1)), text.strip()[found.end() :].strip().strip("\"'“”")


def _moment(text: str, here: datetime) -> tuple[datetime | None, str]:
    """The day and time that *text* begins with, on the clock of *here*, and what follows."""
    words = text.split()
    for count in range(min(4, len(words)), -1, -1):
        day = here.date()
        if count:
            read = read_on(" ".join(words[:count]).rstrip(","), here.date())
            if isinstance(read, Unclear) or not read.one:
                continue
            day = read.first
        rest = words[count + 1 :] if words[count : count + 1] == ["at"] else words[count:]
        found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d),?", rest[0]) if rest else None
        if found is None:
            continue
        hour = here.time().replace(hour=int(found.group(1)), minute=int(found.group(2)), second=0, microsecond=0)
        at = at_wall(day, hour, str(here.tzinfo))
        if at <= here and not count:
            at = at_wall(date.fromordinal(day.toordinal() + 1), hour, str(here.tzinfo))
        if at > here:
            return at, " ".join(rest[1:])
        if " ".join(words[:count]).lower().startswith(("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
            return at_wall(date.fromordinal(day.toordinal() + 7), hour, str(here.tzinfo)), " ".join(rest[1:])
    return None, text.strip()


def _link(context: Context) -> str:
    return next((str(fact.row.get("link", "")) for fact in context.facts("call_link")), "")
