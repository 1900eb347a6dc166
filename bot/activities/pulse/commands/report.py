"""One screen about a team, from what all activities keep; never about a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.commands.starting import REFUSED_DM, newest
from bot.activities.pulse.model.facts import RESULT
from bot.kernel.activity import Context, Level, Shown
from bot.kernel.calendar import local_date
from bot.kernel.decision import Refused, Whisper
from bot.kernel.words import plural
from bot.pieces import scores
from bot.pieces.metrics import (
    NONE,
    Action,
    Share,
    actions_on_time,
    actions_unclaimed,
    moves_of_dates,
    on_time_steps,
    participation,
)
from bot.pieces.product import product_line
from bot.pieces.results import Results

LEAST = 3  # people or occasions below which a share would be about one of them
MONTH, QUARTER = 4, 13  # weeks


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: what it is about, in words, and for the files the number and what it is counted over."""

    about: str
    says: str
    value: str = ""
    of: int | None = None


def report(rest: str, context: Context) -> Shown | Refused:
    """Participation, rhythm, roles, actions, surveys: of the team, over a window, each with what it is counted over."""
    team = context.team
    if team is None:
        return Refused(REFUSED_DM)
    words = rest.casefold().split()
    if "definitions" in words:
        return Shown(Whisper(cards.definitions_card()))
    weeks = QUARTER if {"3", "three", "quarter", "months"} & set(words) else MONTH
    figures = collect(context, weeks)
    if "export" in words:
        if context.level < Level.OWNER:
            return Refused(f"Whoever looks after {team.label} can take the figures out as files. Nothing was sent.")
        day = local_date(context.now, team.zone)
        rows = [(one.about, one.says, one.value, "" if one.of is None else str(one.of)) for one in figures]
        return Shown(Whisper(cards.report_files_card(team.label, day, weeks, rows), lasting=True))
    sections = [(one.about, one.says) for one in figures]
    return Shown(Whisper(cards.report_card(team.label, weeks, sections, leads=context.level >= Level.OWNER)))


def collect(context: Context, weeks: int) -> list[Figure]:
    """Every figure of the window; the window before it only lends a word of trend."""
    until = context.now
    since, earlier = until - timedelta(weeks=weeks), until - timedelta(weeks=2 * weeks)
    return [
        _took_part(context, since, earlier),
        *_rhythm(context, since),
        _roles(context, since),
        *_actions(context, since),
        *_product(context),
        *_indices(context, since),
        *_programmes(context),
    ]


def _within(context: Context, kind: str, since: datetime, until: datetime) -> list[Mapping[str, Any]]:
    return [fact.row for fact in context.facts(kind) if fact.at is not None and since <= fact.at < until]


def _recent(context: Context, kind: str, since: datetime) -> list[Mapping[str, Any]]:
    return [fact.row for fact in context.facts(kind) if fact.at is None or fact.at >= since]


def _share(rounds: Iterable[Mapping[str, Any]], checkins: Iterable[Mapping[str, Any]]) -> Share:
    shares = [(int(row.get("took_part", 0)), int(row.get("expected", 0))) for row in rounds]
    return participation([*shares, *((int(row.get("responded", 0)), int(row.get("expected", 0))) for row in checkins)])


def _took_part(context: Context, since: datetime, earlier: datetime) -> Figure:
    """Metrics 6.1: who answered or passed, of those expected, over all occasions."""
    took = _share(_recent(context, "round", since), _recent(context, "checkin", since))
    before = _share(_within(context, "round", earlier, since), _within(context, "checkin", earlier, since))
    if took.of < LEAST or took.value is None:
        return Figure("Taking part", NONE, "", took.of)
    says = f"{took.percent()} of {took.of} expected answers or turns"
    if before.value is not None:
        moved = scores.trend(before.value * 100, took.value * 100, before.of, took.of)
        says += f"; {moved} against the time before" if moved else ""
    return Figure("Taking part", says, took.percent(1), took.of)


def _rhythm(context: Context, since: datetime) -> list[Figure]:
    rounds, checkins, held = (_recent(context, kind, since) for kind in ("round", "checkin", "session"))
    counted = (
        plural(len(rounds), "1 round", "{n} rounds"),
        plural(len(checkins), "1 check-in", "{n} check-ins"),
        plural(len(held), "1 guided session", "{n} guided sessions"),
    )
    on_time = Share(sum(int(row.get("minutes", 0)) <= int(row.get("planned", 0)) + 5 for row in held), len(held))
    steps = on_time_steps(
        (int(step["given"]), None if step.get("skipped") or step["seconds"] is None else int(step["seconds"]) / 60)
        for row in held
        for step in row.get("steps", ())
    )
    total = len(rounds) + len(checkins) + len(held)
    found = [Figure("Rhythm", ", ".join(counted), str(total), total)]
    if held:
        says = f"{on_time.hits} of {on_time.of} ended as announced; steps on time: {steps.percent()} of {steps.of}"
        found.append(Figure("On time", says, on_time.percent(1), on_time.of))
    return found


def _roles(context: Context, since: datetime) -> Figure:
    """How many have hosted, and the largest gap between turns of two people in one role; nobody is named."""
    row = next((fact.row for fact in context.facts("role_turns")), {})
    people = int(row.get("people", 0))
    first = local_date(since, context.team.zone if context.team else "UTC").isoformat()
    served = [(role, person) for day, role, person, _ in row.get("served", ()) if day >= first]
    if people < LEAST or not served:
        return Figure("Roles", NONE, "", people)
    hosts = len({person for role, person in served if role == "facilitator"})
    gaps = {}
    for role in {role for role, _ in served}:
        turns = Counter(person for one, person in served if one == role)
        gaps[role] = max(turns.values()) - (min(turns.values()) if len(turns) == people else 0)
    widest = max(gaps.values())
    gap = plural(widest, "1 turn", "{n} turns")
    says = f"{hosts} of {people} have hosted; the largest gap between two people in one role is {gap}"
    return Figure("Roles", says, f"{hosts}", people)


def _product(context: Context) -> list[Figure]:
    """When something last went into what the team makes together, if it makes something."""
    lines = (product_line(fact.row, context.now) for fact in context.facts("product"))
    return [Figure("What we make", line) for line in lines if line]


def _actions(context: Context, since: datetime) -> list[Figure]:
    """Metrics 6.14. What was not needed any more is taken out; whoever took it did so in time, as far as is known."""
    zone = context.team.zone if context.team else "UTC"
    today, first = local_date(context.now, zone), local_date(since, zone)
    found = []
    for fact in context.facts("action"):
        row = fact.row
        created, due, done = (_day(row.get(name)) for name in ("created", "due", "done"))
        if created is not None and not str(row.get("how", "")).startswith("not needed"):
            claimed = created if row.get("taken") or row.get("how") == "done" else None
            found.append(Action(created, due=due, done=done, claimed=claimed, moves=int(row.get("moves", 0))))
    done_, unclaimed = actions_on_time(found, first, today), actions_unclaimed(found, today)
    if not found:
        return [Figure("Actions", NONE, "", 0)]
    moved = plural(moves_of_dates(found), "1 date moved", "{n} dates moved")
    done_says = f"{done_.percent()} of {done_.of} due were done on time" if done_.of else "none was due"
    says = f"{done_says}; {unclaimed.hits} of {unclaimed.of} not taken by anybody; {moved}"
    return [Figure("Actions", says, done_.percent(1), done_.of)]


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _indices(context: Context, since: datetime) -> list[Figure]:
    """Up to three indices of surveys, as they were shown to the whole team; nothing of too few answers."""
    found: list[Figure] = []
    follows: list[Figure] = []
    for fact in newest(context.facts(RESULT)):
        row = fact.row
        if row["below"] or "results" not in row or row.get("readers", "team") != "team":
            continue
        if datetime.fromisoformat(row["closed"]) < since:
            continue
        results = Results.from_row(row["results"])
        for line in results.indices:
            if line.says and len(found) < 3:
                said = f"{line.percent} agree" if line.percent else line.says
                moved = f"; {line.trend}" if line.trend else ""
                found.append(Figure(line.title, f"{said}, {results.n} answers{moved}", line.percent, results.n))
        if row.get("follows") and len(follows) < 3:
            follows.append(Figure(f"What follows from {row['title']}", str(row["follows"])))
    return [*(found or [Figure("Surveys", NONE)]), *follows]


def _programmes(context: Context) -> list[Figure]:
    """How many of a programme's people use what they learned, as its card said it."""
    found = []
    for fact in newest(context.facts(RESULT)):
        row = fact.row
        if row.get("programme") and row["survey"] == "application" and "results" in row:
            used = next((line for line in row["results"]["statements"] if line["id"] == "used"), None)
            if used and used["says"]:
                said = f"{used['percent'] or used['says']}, {row['results']['n']} answers"
                found.append(
                    Figure(f"Used at work: {row.get('about', '')}", said, used["percent"], row["results"]["n"])
                )
    return found[:2]
