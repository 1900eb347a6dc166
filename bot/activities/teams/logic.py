"""How a team is set up and introduced, and how it is looked after."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.teams import cards
from bot.activities.teams.model import (
    FORMATS_OFFERED,
    FRAMED,
    MOST_NAMES,
    STEPS,
    Agreed,
    Around,
    Care,
    ChoiceAsked,
    Choosing,
    Draft,
    DraftChanged,
    Event,
    Founded,
    FrameChosen,
    HelloAsked,
    HelperDeclined,
    IdeaPassed,
    KeepingChosen,
    Living,
    Loudness,
    MonthCame,
    New,
    NewcomerCame,
    OwnerMayBeGone,
    PeopleChosen,
    SessionHeld,
    SetupAsked,
    Stepped,
    Volunteered,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Adjust, Effect, Enrol, Keep, Post, Revise, SetTimer, Tell
from bot.kernel.ids import NO_SESSION, Member
from bot.kernel.keeping import RETENTION
from bot.kernel.words import listed, plural, who


def decide(state: Care | None, event: Event, now: datetime) -> Decision[Care] | Refused:
    state = state or New()
    match event:
        case Founded():
            return Decision(state, (SetTimer("month", event.around.month),))
        case SetupAsked():
            return _asked(state, event)
        case Agreed() | ChoiceAsked() | PeopleChosen() | DraftChanged() | HelloAsked():
            if isinstance(state, Choosing):
                return _choosing(state, event, now)
            return _members(state, event)
        case SessionHeld(around=around, count=count, asked=asked):
            if asked or count < FRAMED:
                return Decision(state)
            post = Post("frame", around.team.place, cards.frame_card(around), "report", until=now + timedelta(days=14))
            return Decision(state, (post, Keep("scaffold", "team", {"level": "all"}, timeless=True)))
        case FrameChosen(by=by, around=around, level=level):
            kept = Keep("scaffold", "team", {"level": level}, timeless=True)
            return Decision(state, (kept, Revise("frame", cards.frame_card(around, by, level))))
        case IdeaPassed():
            return _passed_on(state, event, now)
        case KeepingChosen(around=around, keeping=keeping):
            kept = Keep(RETENTION, "team", keeping.row(), timeless=True)
            told = Tell("pulse", "keep_raw", {"days": keeping.raw}, every=True)  # a longer time is for later surveys
            both: tuple[Effect, ...] = (kept, told) if keeping.raw < around.keeping.raw else (kept,)
            return Decision(state, both, Whisper(cards.keeping_card(around.team.label, keeping)))
        case Stepped():
            return _stepped(state, event)
        case Volunteered():
            return _volunteered(state, event)
        case HelperDeclined(by=by):
            return Decision(_without(state, by), (Enrol(by, owner=False),), say("You are out of it. Nobody is told."))
        case OwnerMayBeGone():
            return _owner_gone(state, event, now)
        case NewcomerCame():
            return _newcomer(state, event, now)
        case MonthCame(around=around, planned=planned, loudness=loudness):
            effects: list[Effect] = [SetTimer("month", around.month), *_monthly(around, loudness, now)]
            if event.archivist is not None and event.untagged:
                why = f"You are archivist of {around.team.label}."
                until = now + timedelta(days=14)
                bare = cards.untagged_card(around, event.untagged)
                effects.append(Post(f"untagged.{now:%Y%m}", event.archivist, bare, "report", why=why, until=until))
            if planned:
                card = cards.rhythm_card(around.team, planned)
                effects.append(Post("rhythm", around.team.place, card, "report", until=now + timedelta(days=4)))
            return Decision(state, tuple(effects))


def _monthly(around: Around, loudness: Loudness | None, now: datetime) -> list[Effect]:
    """Once a month whoever looks after the team reads how much the bot wrote to it: a warning if that is too much."""
    if loudness is None or not around.team.ready:
        return []
    card = cards.noise_card(around.team.label, loudness)
    why = f"You look after {around.team.label}."
    until = now + timedelta(days=14)
    return [
        Post(f"noise.{now:%Y%m}.{n}", owner, card, "report", why=why, until=until)
        for n, owner in enumerate(around.owners)
    ]


# five questions


def _asked(state: Care, event: SetupAsked) -> Decision[Care] | Refused:
    around = event.around
    if around.owners and event.by not in around.owners:
        names = ", ".join(who(owner) for owner in around.owners[:3])
        return Refused(f"{names} looks after {around.team.label} and can set it up. Nothing changed.")
    own = (Enrol(event.by, owner=True),) if not around.owners else ()
    draft = state.draft if isinstance(state, Living | Choosing) else Draft()
    schedule = state.schedule if isinstance(state, Living | Choosing) else NO_SESSION
    choosing = Choosing(event.by, draft, schedule=schedule)
    return Decision(choosing, own, Whisper(cards.step_card(choosing, around)))


def _choosing(
    state: Choosing, event: Agreed | ChoiceAsked | PeopleChosen | DraftChanged | HelloAsked, now: datetime
) -> Decision[Care] | Refused:
    around = event.around
    match event:
        case Agreed(step=step, all=True):
            return _at(replace(state, step=STEPS + 1), around)
        case Agreed(step=step):
            return _at(replace(state, step=max(state.step, step + 1)), around)
        case ChoiceAsked(step=1) if len(around.roster) > MOST_NAMES:
            return Refused("That many people fit no form. Everyone is in; whoever wants to can step out of it.")
        case ChoiceAsked(step=step):
            return Decision(state, reply=Show(cards.choice_form(state.draft, around, step, event.categories)))
        case PeopleChosen(members=members):
            changed = _enrolled(around, members)
            roster = tuple(replace(p, takes_part=p.member in members) for p in around.roster)
            moved = _at(replace(state, step=max(state.step, 2)), replace(around, roster=roster))
            return replace(moved, effects=(*changed, *moved.effects))
        case DraftChanged(step=step):
            draft = _changed(state.draft, event)
            return _at(replace(state, draft=draft, step=max(state.step, step + 1)), around)
        case HelloAsked():
            return _hello(state, event, now)


def _changed(draft: Draft, event: DraftChanged) -> Draft:
    given = {
        name: getattr(event, name)
        for name in ("plan", "day", "at", "weeks", "moment", "reveal", "helper", "template", "lines")
        if getattr(event, name) is not None
    }
    return replace(draft, **given)


def _at(state: Choosing, around: Around) -> Decision[Care]:
    """The question that is next, or, after the last, what was agreed."""
    if state.step <= STEPS:
        return Decision(state, reply=Whisper(cards.step_card(state, around)))
    return Decision(state, reply=Whisper(cards.done_card(state.draft, around), lasting=True))


def _hello(state: Choosing, event: HelloAsked, now: datetime) -> Decision[Care]:
    """The team is introduced to the bot; only from here on anything is asked. The second time only the plan changes."""
    by, around, draft = event.by, event.around, state.draft
    again = state.schedule in event.running
    schedule = state.schedule if again else around.new
    plan: dict[str, object] = {
        "plan": list(draft.plan),
        "day": draft.day,
        "at": f"{draft.at:%H:%M}",
        "weeks": draft.weeks,
        "moment": draft.moment,
        "reveal": draft.reveal,
    }
    effects: list[Effect] = [Adjust(ready=True), SetTimer("month", around.month)]
    if not around.team.ready:
        effects.append(Post("hello", around.team.place, cards.hello_card(draft, around, by), "asked"))
    if not again:
        plan["first"] = around.first.isoformat()
    effects.append(Tell("checkins", "plan", plan, session=schedule))
    if draft.helper is not None and draft.helper != by and draft.helper not in around.owners:
        effects += [
            Enrol(draft.helper, owner=True),
            Post(
                f"helper.{around.new}",
                draft.helper,
                cards.helper_card(around, by),
                "role",
                why=f"{who(by)} set up {around.team.label}.",
                until=now + timedelta(days=14),
            ),
        ]
    living = Living(draft, schedule=schedule)
    if around.team.ready:
        return Decision(living, tuple(effects), say("Saved. It holds from the next question on."))
    return Decision(living, tuple(effects), say("Posted. On a call now? Start a round: it takes ten minutes."))


# the people


def _members(state: New | Living, event: Event) -> Decision[Care] | Refused:
    """Who takes part may be changed at any time; the rest is asked in the set-up."""
    draft = state.draft if isinstance(state, Living) else Draft()
    match event:
        case ChoiceAsked(step=1, around=around) if len(around.roster) <= MOST_NAMES:
            return Decision(state, reply=Show(cards.choice_form(draft, around, 1, ())))
        case PeopleChosen(around=around, members=members):
            changed = _enrolled(around, members)
            take = plural(len(members), "1 person takes", "{n} people take")
            return Decision(state, changed, say(f"Saved. {take} part in {around.team.label}."))
    return Refused("This card is from before. Type /moderato setup to go through it again. Nothing changed.")


def _enrolled(around: Around, members: frozenset[Member]) -> tuple[Effect, ...]:
    return tuple(
        Enrol(person.member, takes_part=person.member in members)
        for person in around.roster
        if person.takes_part != (person.member in members)
    )


def _stepped(state: Care, event: Stepped) -> Decision[Care]:
    effects = (Enrol(event.by, takes_part=not event.out),)
    return Decision(state, effects, Whisper(cards.stepped_card(event.around, out=event.out)))


def _volunteered(state: Care, event: Volunteered) -> Decision[Care] | Refused:
    if event.around.owners:
        return Refused(f"{who(event.around.owners[0])} was a moment faster. Thank you for offering.")
    card = cards.found_card(event.around.team.label, event.by)
    effects = (Enrol(event.by, owner=True), Revise("volunteer", card))
    return Decision(state, effects, say(f"Thank you. You look after {event.around.team.label} now: type setup to see."))


def _passed_on(state: Care, event: IdeaPassed, now: datetime) -> Decision[Care] | Refused:
    around = event.around
    others = [owner for owner in around.owners if owner != event.by]
    if not others:
        return Refused("Nobody else looks after it. Type it once more; it is yours to do.")
    card, why = cards.idea_card(around.team.label, event.by, event.typed), f"You look after {around.team.label}."
    posts = tuple(
        Post(f"idea.{around.new}.{n}", owner, card, "report", why=why, until=now + timedelta(days=7))
        for n, owner in enumerate(others)
    )
    return Decision(state, posts, say(f"Passed on to {listed(who(owner) for owner in others)}, with your name."))


def _owner_gone(state: Care, event: OwnerMayBeGone, now: datetime) -> Decision[Care]:
    """If nobody looks after the team any more, it is asked for a volunteer."""
    around, left = event.around, _without(state, event.member)
    if around.owners or not around.taking_part or not around.team.ready:
        return Decision(left)
    post = Post("volunteer", around.team.place, cards.volunteer_card(around), "card", until=now + timedelta(days=3))
    return Decision(left, (post,))


def _newcomer(state: Care, event: NewcomerCame, now: datetime) -> Decision[Care]:
    """Who looks after the team is offered the short formats, at most once in two weeks; nothing starts by itself."""
    around, member = event.around, event.member
    comes = any(person.member == member and person.takes_part for person in around.roster)
    owners = [owner for owner in around.owners if owner != member]
    if event.lately or not (comes and owners and event.formats and around.team.ready):
        return Decision(state)
    card, why = cards.newcomer_card(around.team.label, member, event.formats), f"You look after {around.team.label}."
    posts = (
        Post(f"newcomer.{around.new}.{n}", owner, card, "social", why=why, until=now + timedelta(days=14))
        for n, owner in enumerate(owners)
    )
    return Decision(state, (*posts, Keep(FORMATS_OFFERED, "team", {})))


def _without(state: Care, member: Member) -> Care:
    if isinstance(state, Choosing) and state.by == member:
        return New()
    if isinstance(state, Choosing | Living) and state.draft.helper == member:
        return replace(state, draft=replace(state.draft, helper=None))
    return state
