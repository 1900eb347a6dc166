"""What is known of the team and its answers, as the decisions want it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from bot.activities.checkins.model import (
    Ahead,
    Answer,
    How,
    Material,
    Share,
)
from bot.kernel.activity import Context, Kept
from bot.kernel.calendar import (
    local_date,
)
from bot.kernel.ids import Member, SessionId
from bot.kernel.keeping import RETENTION, Keeping
from bot.kernel.people import Team


def material_of(context: Context) -> Material:
    goal = next((str(fact.row.get("title", "")) for fact in context.facts("goal")), "")
    words = {"team": context.team.label} if context.team else {}
    ignored = {fact.member: int(fact.row["n"]) for fact in context.facts("checkin_ignored") if fact.member}
    return Material(
        roster=context.roster,
        seed=context.seed,
        library=context.content,
        used=tuple(fact.key for fact in context.facts("prompt_used")),
        retired=tuple(fact.key for fact in context.facts("retired")),
        own=tuple((f.row["category"], f.key, f.row["text"]) for f in context.facts("own_prompt")),
        words=words | ({"goal": goal} if goal else {}),
        times=len(context.facts("checkin")) + len(context.facts("round")),
        ignored=ignored,
        zone_asked=frozenset(fact.member for fact in context.facts("zone_asked") if fact.member),
        ahead=tuple(
            Ahead(
                fact.member,
                date.fromisoformat(fact.row["day"]),
                tuple(fact.row["values"]),
                fact.row["hand"],
                fact.session,
            )
            for fact in context.facts("checkin_ahead")
            if fact.member
        ),
    )


def keeping_of(context: Context) -> timedelta:
    """How long the team keeps what was written under a name."""
    chosen = next((fact.row for fact in context.facts(RETENTION)), None)
    return Keeping.from_row(chosen).of_texts


def answers_of(context: Context) -> tuple[Answer, ...]:
    return tuple(_answer(fact, fact.member) for fact in context.facts("checkin_answer") if fact.member)


def _answer(fact: Kept, member: Member) -> Answer:
    return Answer(member, SessionId(fact.key), tuple(fact.row["values"]), bool(fact.row["late"]), fact.row["hand"])


def shares_of(context: Context) -> tuple[Share, ...]:
    away = {p.member for p in context.roster if p.away_on(local_date(context.now, p.zone))}
    here = {p.member for p in context.roster}
    ignored = {fact.member: int(fact.row["n"]) for fact in context.facts("checkin_ignored")}
    return tuple(
        Share(
            fact.member,
            SessionId(fact.key),
            cast(How, fact.row["how"]),
            bool(fact.row["on_time"]),
            fact.member in away or fact.member not in here,
            bool(fact.row.get("missed")),
            ignored.get(fact.member, 0),
        )
        for fact in context.facts("checkin_part")
        if fact.member
    )


def of_today(team: Team, context: Context) -> list[tuple[SessionId, str]]:
    """The schedules whose question is asked today and has not closed, with their rhythm in words."""
    today, open_ = local_date(context.now, team.zone).isoformat(), _open_today(team, context)
    return [
        (SessionId(fact.key), str(fact.row["line"]))
        for fact in context.facts("checkin_schedule")
        if fact.row["next"] == today or (fact.row["running"] == today and fact.key in open_)
    ]


def asked_today(team: Team, context: Context) -> bool:
    """Whether one of today's questions is open, so that there may be answers to it."""
    return bool(_open_today(team, context))


def _open_today(team: Team, context: Context) -> set[str]:
    today = local_date(context.now, team.zone).isoformat()
    found = context.facts("checkin_open")
    return {fact.row["schedule"] for fact in found if fact.row["day"] == today and not fact.row["closed"]}
