"""Before a session runs: planned, then people come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import ask
from bot.activities.guides.cards import now as shown
from bot.activities.guides.cards import plan as cards
from bot.activities.guides.cards.moves import rules_card
from bot.activities.guides.cards.parts import either
from bot.activities.guides.logic import needed, prepost, questions, rhythm
from bot.activities.guides.logic.inside import set_out
from bot.activities.guides.logic.play import company
from bot.activities.guides.logic.times import no_timers, step_ends
from bot.activities.guides.model import (
    LOBBY,
    LONG_ABSENCE,
    Came,
    Chosen,
    Course,
    Dotted,
    Event,
    Extended,
    Finished,
    Fresh,
    HoldersCame,
    InTurn,
    Lobby,
    Merged,
    MovedOn,
    Noted,
    Opening,
    PlanDropped,
    Planned,
    QuestionBrought,
    Recapped,
    Replied,
    Resumed,
    Running,
    Serving,
    Session,
    Setting,
    Started,
    Steered,
    Supported,
    Swapped,
    Talk,
    Tidied,
    TimeCame,
    VoteOpened,
    WentAway,
    Wrote,
    course_of,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Kind, Post, Revise, SetTimer, Tell, Under
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import when, who

ROLES = "roles"
MOST_WAITING = 60  # people who each get a line; of a larger team only those who do something
DOING = {"facilitator": "You host.", "timekeeper": "You keep time.", "note_taker": "You take notes."}


def roles_session(setting: Setting) -> SessionId:
    return SessionId(f"{ROLES}.{setting.team}")


def plan(setting: Setting, at: datetime, now: datetime) -> Decision[Session]:
    """Set for later: the pre-post goes out the given number of working days before, or at once."""
    planned_ = Planned(setting, at)
    pre = SetTimer("pre", max(cards.ahead(setting, at), now))
    saved = (Keep("call_link", "team", {"link": setting.link}),) if setting.link else ()
    effects = (SetTimer("start", at), pre, *saved, *_drawn(setting, at), *_waited(planned_))
    return Decision(planned_, effects, Whisper(cards.planned_card(planned_), lasting=True))


def _waited(state: Planned) -> tuple[Effect, ...]:
    """A line on the bare command's card of everybody who is expected, with what they do there."""
    setting = state.setting
    title = setting.topic or setting.title
    mine = {member: DOING.get(role, "") for role, member in reversed(setting.holders)}
    mine.setdefault(setting.facilitator, DOING["facilitator"])
    people = setting.expected if len(setting.expected) <= MOST_WAITING else tuple(mine)
    return tuple(
        Keep(
            "waits",
            f"{setting.id}.{member.key()}",
            {
                "line": f"Next: {title}, {when(state.at, 'day_time')}. {mine.get(member, '')}".strip(),
                "until": state.at.isoformat(),
                "rank": 6,
            },
            member=member,
        )
        for member in people
    )


def _drawn(setting: Setting, at: datetime) -> tuple[Effect, ...]:
    """Others hear that there will be a session; its roles are drawn, where roles rotate."""
    title = setting.topic or setting.title
    row = {"guide": setting.guide, "title": title, "at": at.isoformat(), "id": setting.id}
    planned_fact = Keep("session_planned", setting.id, row)
    known = (planned_fact, Keep("rhythm", setting.id, rhythm.row(setting, at)))
    if not (setting.with_roles and setting.roles):
        return known
    payload = {
        "session": setting.id,
        "title": title,
        "starts": at.isoformat(),
        "ends": (at + timedelta(minutes=setting.minutes)).isoformat(),
        "roles": list(setting.roles),
        "guide": setting.guide,
    }
    return (*known, Tell(ROLES, "draw", payload, session=roles_session(setting)))


def unplanned(setting: Setting) -> tuple[Effect, ...]:
    """It is not ahead any more: it begins, or it does not take place."""
    return (Forget("session_planned", setting.id), Forget("waits"), Forget("rhythm", setting.id))


def _off(setting: Setting) -> tuple[Effect, ...]:
    """Whoever was drawn for it hears that it does not take place, and nobody's turn is lost."""
    if not (setting.with_roles and setting.roles):
        return ()
    return (Tell(ROLES, "off", {"session": setting.id}, session=roles_session(setting)),)


def planned(state: Planned, event: Event, now: datetime) -> Decision[Session] | Refused:
    if isinstance(event, TimeCame) and event.fresh is not None:
        state = replace(state, setting=_refreshed(state.setting, event.fresh))
    setting = state.setting
    match event:
        case TimeCame(timer="pre") if not state.posted:
            posted = replace(state, posted=True, away=event.fresh.away if event.fresh else ())
            pre = Post("pre", setting.place, cards.pre_post(posted), "card", until=state.at)
            return Decision(posted, (pre, *prepost.for_who_is_away(posted)))
        case TimeCame(timer="start") if now - state.at > LONG_ABSENCE:
            because = "I was away when it should have begun."
            over: list[Effect] = [*unplanned(setting), *_next_one(state), *_off(setting)]
            if state.posted:
                over += prepost.everywhere(state, shown.not_started_card(because))
            return Decision(Finished(setting.id, now), tuple(over))
        case TimeCame(timer="start"):
            opened = _open(setting, now, "card", *unplanned(setting), *_next_one(state), *_begun(state))
            return _at_once(opened, now) if setting.days else opened
        case Started(by=by):
            if by not in setting.expected and not setting.may_steer(by):
                return Refused("Join the channel to take part. Nothing changed.")
            early = (CancelTimer("start"), CancelTimer("pre"), *unplanned(setting))
            opened = _open(setting, now, "asked", *early, *_next_one(state), *_begun(state))
            return _at_once(opened, now) if setting.days else opened
        case PlanDropped(by=by):
            if not setting.may_steer(by):
                return Refused(f"{who(setting.host)} planned it and can drop it. Nothing changed.")
            effects: list[Effect] = [CancelTimer("start"), CancelTimer("pre"), *unplanned(setting)]
            effects += _off(setting)
            if state.posted:
                effects += prepost.everywhere(state, cards.dropped_card(setting))
            return Decision(Finished(setting.id, now), tuple(effects), say("Dropped. Nothing of it is left."))
        case Opening(what="question"):
            return Decision(state, reply=Show(ask.question_form(setting)))
        case QuestionBrought() | Supported():
            return _questioned(state, event)
        case HoldersCame(holders=holders):
            drawn = replace(state, setting=replace(setting, holders=holders))
            return _redrawn(drawn, *_waited(drawn))
        case WentAway(member=member):
            gone = tuple(None if one == member else one for one in state.away)
            return Decision(replace(state, setting=without(setting, member), away=gone), prepost.gone(state, member))
        case Dotted() | Merged() | VoteOpened() | Chosen() | Replied() | Tidied():
            return Refused("The session has not begun yet. Nothing changed.")
        case Noted() | MovedOn() | Steered() | Extended() | InTurn() | Wrote() | Recapped() | Swapped() | Opening():
            return Refused(f"{setting.topic or setting.title} has not begun yet. Nothing changed.")
        case _:
            return Decision(state)


def _refreshed(setting: Setting, fresh: Fresh) -> Setting:
    """People who came or left since it was planned, the question taken along since, what is open now."""
    return replace(
        setting,
        expected=fresh.expected or setting.expected,
        owners=fresh.owners,
        carried=fresh.carried,
        open_actions=fresh.open_actions,
        product=fresh.product,
        units=fresh.units,
    )


def _begun(state: Planned) -> tuple[Effect, ...]:
    return prepost.everywhere(state, cards.begun_card(state)) if state.posted else ()


def _redrawn(state: Planned, *first: Effect) -> Decision[Session]:
    if not state.posted:
        return Decision(state, first)
    return Decision(state, (*first, Revise("pre", cards.pre_post(state)), *prepost.as_known(state)))


def _questioned(state: Planned, event: QuestionBrought | Supported) -> Decision[Session] | Refused:
    setting = state.setting
    if isinstance(event, QuestionBrought):
        found = questions.brought(setting, event, "pre")
    else:
        found = questions.supported(setting, event)
    if isinstance(found, Refused):
        return found
    asked = replace(state, setting=found[0])
    effects, *reply = found[1:]
    return Decision(asked, (*effects, *prepost.as_known(asked)), *reply)


def _next_one(state: Planned) -> tuple[Effect, ...]:
    """A session that recurs plans the next one when it begins."""
    setting = state.setting
    at = rhythm.following(setting, state.at)
    if at is None:
        return ()
    following = replace(
        setting, id=cards.next_id(setting), at=at, questions=(), holders=(), carried="", open_actions=()
    )
    planned_ = Planned(following, at)
    pre = SetTimer("pre", cards.ahead(following, at))
    return (Begin(following.id, planned_, (SetTimer("start", at), pre, *_drawn(following, at), *_waited(planned_))),)


# people come in


def open_now(setting: Setting, now: datetime) -> Decision[Session] | Refused:
    """People come in first; a quick vote needs nobody to come in, it begins at once."""
    opened = _open(setting, now, "asked")
    waits = setting.quick and setting.steps[0].kind == "breath"
    if not (setting.quick or setting.rehearsal or setting.days) or waits:
        return opened
    return _at_once(opened, now)


def _at_once(opened: Decision[Session], now: datetime) -> Decision[Session] | Refused:
    """Nobody has to come in first. Over days nobody is there before they wrote something."""
    assert isinstance(opened.state, Lobby)
    setting = opened.state.setting
    begun = start(replace(opened.state, present=company(setting) if setting.rehearsal else ()), setting.host, now)
    if isinstance(begun, Refused):
        return begun
    if setting.days and isinstance(begun.state, Running) and not setting.rehearsal:
        begun = replace(begun, state=replace(begun.state, present=()))
    return replace(begun, effects=(*opened.effects, *begun.effects))


def _open(setting: Setting, now: datetime, kind: Kind, *first: Effect) -> Decision[Session]:
    state = Lobby(setting, now)
    live = (
        ()
        if setting.rehearsal or setting.quick or setting.days
        else (Keep("session_live", setting.id, {"id": setting.id}),)
    )
    post = Post("card", setting.where, shown.lobby_card(state), kind)
    rules: tuple[Effect, ...] = ()
    if setting.rules and not (setting.quick or setting.rehearsal):
        rules = (Post("rules", Under("card"), rules_card(setting)),)
    return Decision(state, (*first, post, *rules, SetTimer("lobby", now + LOBBY), *needed.waits(setting, now), *live))


def gathering(state: Lobby, event: Event, now: datetime) -> Decision[Session] | Refused:
    setting = state.setting
    match event:
        case Came(member=member):
            if member in state.present:
                return Decision(state)
            here = replace(state, present=(*state.present, member))
            return Decision(here, (Revise("card", shown.lobby_card(here)),))
        case Started(by=by):
            return start(state, by, now)
        case MovedOn(by=by, skip=False):
            return start(state, by, now)
        case Steered(by=by, how="end"):
            if not setting.may_steer(by):
                return Refused(ask.who_steers(setting))
            return _called_off(state, "It was called off before it began.", now)
        case TimeCame(timer="no_show"):
            return needed.in_lobby(state, now)
        case TimeCame(timer="lobby"):
            return _called_off(state, "Nobody started it within half an hour.", now)
        case Resumed(down_from=down_from) if now - down_from > LONG_ABSENCE and state.since <= down_from:
            return _called_off(state, f"I was away for {shown.duration(now - down_from)}.", now)
        case HoldersCame(holders=holders):
            held = replace(needed.came_in(state, holders), setting=replace(setting, holders=holders))
            return Decision(held, (Revise("card", shown.lobby_card(held)),))
        case WentAway(member=member):
            present = tuple(one for one in state.present if one != member)
            left = replace(state, present=present, setting=without(setting, member))
            return Decision(left, (Revise("card", shown.lobby_card(left)),) if left != state else ())
        case Opening(by=by, what="go"):
            left = replace(state, present=tuple(one for one in state.present if one != by))
            return Decision(left, (Revise("card", shown.lobby_card(left)),))
        case Resumed() | TimeCame():
            return Decision(state)
        case _:
            return Refused("The session has not begun yet. Press I'm here to be part of it.")


def start(state: Lobby, by: Member, now: datetime) -> Decision[Session] | Refused:
    """Whoever presses is there too. Where the host is not, anybody who is may start it."""
    setting = state.setting
    steers = setting.may_steer(by)
    if not steers and any(one in state.present for one in setting.steerers()):
        return Refused(f"{either(setting.steerers())} starts it. Press I'm here to be part of it.")
    told: tuple[Effect, ...] = ()
    if not steers:
        setting = setting.with_holder("facilitator", by)
        told = needed.taken(setting, "facilitator", by)
    present = state.present if by in state.present else (*state.present, by)
    parts, agenda = course_of(setting.steps)
    first = step_ends(setting, now, agenda.slots[0].minutes)
    course = Course(parts, agenda, 0, now, first, Talk())
    run = Running(
        setting,
        course,
        now,
        now + timedelta(minutes=agenda.total),
        now,
        present,
        served=tuple(Serving(role, member, now) for role, member in _roles(setting)),
        sitting=now,
    )
    arrived, effects = set_out(run, course, now)
    return Decision(arrived, (CancelTimer("lobby"), *effects, *told))


def _roles(setting: Setting) -> tuple[tuple[str, Member], ...]:
    """Everybody who holds a role from the start; somebody always hosts."""
    if setting.holder("facilitator"):
        return setting.holders
    return (("facilitator", setting.host), *setting.holders)


def _called_off(state: Lobby, because: str, now: datetime) -> Decision[Session]:
    setting = state.setting
    return Decision(
        Finished(setting.id, now),
        (
            *no_timers(),
            Revise("card", shown.not_started_card(because)),
            Forget("session_live", setting.id),
        ),
    )


def without(setting: Setting, member: Member) -> Setting:
    """Somebody has left the team or asked to be forgotten."""
    owners = tuple(one for one in setting.owners if one != member)
    others = [one for one in (*owners, *setting.expected) if one != member]
    return replace(
        setting,
        host=others[0] if setting.host == member and others else setting.host,
        owners=owners,
        met=tuple(pair for pair in setting.met if member not in pair),
        units=tuple(one for one in setting.units if one[0] != member),
        expected=tuple(one for one in setting.expected if one != member),
        holders=tuple((role, held) for role, held in setting.holders if held != member),
        questions=tuple(
            replace(
                question,
                member=None if question.member == member else question.member,
                support=tuple(one for one in question.support if one != member),
            )
            for question in setting.questions
        ),
    )
