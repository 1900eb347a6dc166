"""One screen about a team, from what all activities keep; never about a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.commands.starting import REFUSED_DM, newest
from bot.activities.pulse.model.facts import RESULT
from bot.kernel.activity import Context, Shown
from bot.kernel.calendar import local_date
from bot.kernel.decision import Refused, Whisper
from bot.pieces import questions
from bot.pieces.metrics import NONE, Action, Share, actions_on_time, actions_unclaimed, participation


def report(rest: str, context: Context) -> Shown | Refused:
    """Participation, rhythm, roles, actions, surveys: of the team, over a window, each with what it is counted over."""
    team = context.team
    if team is None:
        return Refused(REFUSED_DM)
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
    for fact in newest(context.facts(RESULT)):
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
