"""What was answered, for those who may read it: one's own, the team's figures, files."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from bot.kernel.activity import Context
from bot.kernel.ids import SessionId
from bot.kernel.people import Team
from bot.kernel.words import plural
from bot.pieces.metrics import NONE, on_time_answers, participation, total
from bot.pieces.metrics import Share as Part


def mine_of(context: Context) -> list[tuple[SessionId, str, str, str]]:
    found = []
    for fact in context.facts("checkin_answer")[:5]:
        row = fact.row
        words = " · ".join(value for value in row["values"] if value)
        found.append((SessionId(row["occurrence"]), row["day"], str(row["asks"][0]), words))
    return found


def ahead_of(context: Context) -> list[tuple[SessionId, str, str]]:
    """What somebody answered ahead of a day that has not come: schedule, day, words."""
    come = {(fact.row["schedule"], fact.row["day"]) for fact in context.facts("checkin_answer")}
    return [
        (fact.session, str(fact.row["day"]), " · ".join(value for value in fact.row["values"] if value))
        for fact in context.facts("checkin_ahead")[:3]
        if (fact.session, fact.row["day"]) not in come
    ]


def figures_of(context: Context) -> list[str]:
    """Participation over the last four weeks and the four before; nobody's figures."""
    facts = context.facts("checkin")
    if not facts:
        return ["Nothing is counted yet. A check-in is, a day after its close."]
    lines = []
    now = context.now.date()
    for label, newest, oldest in (("Last four weeks", 0, 28), ("The four weeks before", 28, 56)):
        rows = [f.row for f in facts if oldest > (now - date.fromisoformat(f.row["day"])).days >= newest]
        if not rows:
            continue
        share = participation((row["responded"], row["expected"]) for row in rows)
        on_time = total([on_time_answers(row["before_close"], row["responded"]) for row in rows] or [Part(0, 0)])
        took = share.percent() if share.of >= 3 else NONE
        lines.append(
            f"{label}: {took} took part, {on_time.percent()} of them before the close ({len(rows)} check-ins)."
        )
    return [*lines, *_hands(context)] if lines else ["Nothing has closed in the last eight weeks."]


def _hands(context: Context) -> list[str]:
    """P08: how many asked the team for a hand, and how many found one; what was for one person is not counted."""
    lately = context.now - timedelta(days=28)
    asked = [f.row for f in context.facts("hand") if f.at and f.at > lately and not f.row.get("one")]
    helped = sum(bool(row["helped"]) for row in asked)
    if not asked:
        return []
    return [plural(len(asked), "1 could use a hand", "{n} could use a hand") + f"; {helped} found one."]


def files_of(team: Team, context: Context) -> tuple[tuple[str, str], ...]:
    """Answers that were shown, without the time of day, as a table and to read."""
    hidden = {fact.key for fact in context.facts("checkin_open") if not fact.row["closed"]}
    names = {person.member: person.name for person in context.roster}
    found = [
        (f.row["day"], f.row["occurrence"], names.get(f.member, "former member") if f.member else "", f.row)
        for f in context.facts("checkin_answer")
        if f.row["occurrence"] not in hidden
    ]
    rows = sorted(found, key=lambda one: one[:3])  # two of one name are told apart by nothing
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["day", "question", "person", "answer", "later"])
    text, before = [f"# Check-ins of {team.label}"], ""
    for day, occurrence, name, row in rows:
        if occurrence != before:
            text.append(f"\n## {day}: {row['asks'][0]}\n")
            before = occurrence
        for question, value in zip(row["asks"], row["values"], strict=False):
            if value:
                writer.writerow([day, _cell(question), _cell(name), _cell(value), "later" if row["late"] else ""])
        words = " · ".join(value for value in row["values"] if value).replace("\n", " ")
        text.append(f"- **{name}**{' (later)' if row['late'] else ''}: {words}")
    return ("check-ins.csv", table.getvalue()), ("check-ins.md", "\n".join(text) + "\n")


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
