"""How small projects begin, are asked about once, get a result, and are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.projects import cards
from bot.activities.projects.model import (
    AFTER,
    SHOWBACK,
    AllWell,
    Briefed,
    Event,
    FormWanted,
    HelpOffered,
    Home,
    Listed,
    NeedSaid,
    PlaceGone,
    Project,
    Projects,
    ResultGiven,
    TimeCame,
    WentAway,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Keep, Post, Revise, SetTimer, Tell, Under
from bot.kernel.ids import Member, part_of
from bot.kernel.words import plural
from bot.pieces.filing import filed

GONE = Refused("That project is not open any more. Nothing changed.")
MOST_ASKING = 10


def decide(state: Projects | None, event: Event, now: datetime) -> Decision[Projects] | Refused:
    match event:
        case Briefed(home=home):
            return _briefed(state or Projects(home.id), event)
        case Listed(by=by, home=home):
            known = state or Projects(home.id)
            card = cards.list_card(home.id, known.projects, _of(known, by))
            return Decision(known, reply=Whisper(card, lasting=True))
    if state is None:
        return GONE
    match event:
        case FormWanted():
            return _form(state, event)
        case ResultGiven(by=by, project=id_):
            return _with(state, by, id_) or _result(state, event)
        case NeedSaid(by=by, project=id_):
            return _with(state, by, id_) or _need(state, event)
        case AllWell():
            return Decision(state, reply=say("Noted, and nothing is posted. The show-back is the next you hear of it."))
        case HelpOffered(by=by, need=number):
            asker = dict(state.asking).get(number)
            if asker is None:
                return Refused("That was a while ago. Write to them in the channel. Nothing changed.")
            if asker == by:
                return Refused("You asked for it; the button is for the others. Nothing changed.")
            name = part_of(state.id, "help", str(number), by.key())
            return Decision(state, (Post(name, Under(f"need{number}"), cards.help_line(by, asker)),), say("They know."))
        case TimeCame(timer="half", home=home):
            return _half(state, home, now)
        case TimeCame():
            return _over(state, now)
        case WentAway(member=member):
            projects = tuple(
                replace(one, members=tuple(each for each in one.members if each != member)) for one in state.projects
            )
            asking = tuple(one for one in state.asking if one[1] != member)
            return Decision(replace(state, projects=projects, asking=asking))
        case PlaceGone():
            return Decision(replace(state, projects=(), asking=()), (CancelTimer("half"), CancelTimer("over")))


def _of(state: Projects, member: Member) -> tuple[Project, ...]:
    return tuple(one for one in state.projects if member in one.members or not one.members)


def _find(state: Projects, id_: str) -> Project | None:
    return next((one for one in state.projects if one.id == id_), None)


def _with(state: Projects, by: Member, id_: str) -> Refused | None:
    """Why this person can say nothing for that project."""
    project = _find(state, id_)
    if project is None:
        return GONE
    return None if by in project.members or not project.members else Refused(cards.not_yours(project))


def _briefed(state: Projects, event: Briefed) -> Decision[Projects] | Refused:
    """A workshop is over: its projects are listed in its thread, and their show-back is booked."""
    if not event.briefs:
        return GONE
    batch = state.batches
    new = tuple(
        Project(f"p{state.made + number}", what, members, batch, event.showback, event.half)
        for number, (what, members) in enumerate(event.briefs)
    )
    begun = replace(state, projects=(*state.projects, *new), made=state.made + len(new), batches=batch + 1)
    booking = {
        "guide": SHOWBACK,
        "topic": f"Projects from {event.topic}",
        "at": event.showback.isoformat(),
        "host": event.host.key(),
    }
    effects: list[Effect] = [
        Post(f"batch{batch}", Under("card", event.session), cards.batch_card(state.id, new, event.showback), "recap"),
        Tell("guides", "book", booking, session=part_of(state.id, "showback", str(batch))),
        *(kept for project in new for kept in _kept(project)),
        *_timers(begun),
    ]
    return Decision(begun, tuple(effects))


def _kept(project: Project) -> tuple[Effect, ...]:
    """For each of its people: part of what is stored about them."""
    row = {"what": project.what, "until": project.showback.isoformat(), "result": project.result, "link": project.link}
    return tuple(Keep("project", f"{project.id}.{one.key()}", row, member=one) for one in project.members)


def _timers(state: Projects) -> tuple[Effect, ...]:
    halves = [one.half for one in state.projects if one.half is not None]
    overs = [one.showback + AFTER for one in state.projects]
    return (
        SetTimer("half", min(halves)) if halves else CancelTimer("half"),
        SetTimer("over", min(overs)) if overs else CancelTimer("over"),
    )


def _half(state: Projects, home: Home, now: datetime) -> Decision[Projects]:
    """Half-time: everybody in a project without a result is asked once, as far as their messages allow."""
    posts: list[Effect] = []
    after = []
    for project in state.projects:
        if project.half is None or project.half > now:
            after.append(project)
            continue
        after.append(replace(project, half=None))
        if project.done or project.showback <= now:
            continue
        posts += [
            Post(
                part_of(state.id, "half", project.id, member.key()),
                member,
                cards.half_card(state.id, project),
                "reminder",
                why=f"You are in a small project of {home.label}.",
                until=project.showback,
            )
            for member in project.members
        ]
    asked = replace(state, projects=tuple(after))
    return Decision(asked, (*posts, *_timers(asked)))


def _over(state: Projects, now: datetime) -> Decision[Projects]:
    """A week after their show-back, projects are history: what came of them is in the archive."""
    left = replace(state, projects=tuple(one for one in state.projects if one.showback + AFTER > now))
    return Decision(left, _timers(left))


def _form(state: Projects, event: FormWanted) -> Decision[Projects] | Refused:
    chosen = _find(state, event.project)
    if event.project and (refused := _with(state, event.by, event.project)):
        return refused
    mine = (chosen,) if chosen else _of(state, event.by)
    if not mine:
        many = len(state.projects)
        return Refused(plural(many, "Its people add to it.", "Their people add to them.") if many else GONE.because)
    only = chosen or (mine[0] if len(mine) == 1 else None)
    form = cards.result_form if event.what == "result" else cards.need_form
    return Decision(state, reply=Show(form(state.id, mine, only.id if only else "", event.home.label)))


def _result(state: Projects, event: ResultGiven) -> Decision[Projects]:
    """Shown in the thread, and filed; a second one takes the place of the first."""
    projects = tuple(
        replace(one, result=event.text, link=event.link) if one.id == event.project else one for one in state.projects
    )
    after = replace(state, projects=projects)
    project = next(one for one in projects if one.id == event.project)
    batch = tuple(one for one in projects if one.batch == project.batch)
    text = "\n".join(part for part in (project.result, project.link) if part)
    effects = (
        Revise(f"batch{project.batch}", cards.batch_card(state.id, batch, project.showback)),
        filed(part_of(state.id, "project", project.id), "project", project.what, text),
        *_kept(project),
    )
    return Decision(after, effects, say(cards.added(event.home)))


def _need(state: Projects, event: NeedSaid) -> Decision[Projects]:
    project = _find(state, event.project)
    assert project is not None
    number = state.needs
    asking = (*state.asking, (number, event.by))[-MOST_ASKING:]
    card = cards.need_card(state.id, project, event.by, event.text, number)
    post = Post(f"need{number}", event.home.place, card, "asked")
    return Decision(replace(state, needs=number + 1, asking=asking), (post,), say("Posted in the channel."))
