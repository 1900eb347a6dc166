"""What the form of the recap says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.activities.guides.model import Recapped, Settled, Todo
from bot.kernel.activity import Context, Shown
from bot.kernel.decision import Correct
from bot.kernel.ids import Member
from bot.kernel.inbound import FormSubmitted
from bot.pieces.todo import read_todo

MOST_POINTS, MOST_ACTIONS = 10, 10


def read_recap(form: FormSubmitted, context: Context) -> Recapped | Shown:
    """The recap, or what to change in the form."""
    zone = context.team.zone if context.team else "UTC"
    today = context.now.astimezone(ZoneInfo(zone)).date()
    people: dict[str, Member] = {person.name: person.member for person in context.roster}
    points = _lines(form.text("points"))[:MOST_POINTS]
    actions = []
    for line in _lines(form.text("actions"))[:MOST_ACTIONS]:
        todo = read_todo(line, people, today)
        if not todo.what:
            return Shown(Correct({"actions": f'What is to be done? You wrote: "{line[:80]}"'}))
        actions.append(Todo(todo.what, todo.member, todo.due.isoformat() if todo.due else ""))
    what = form.text("decision")
    decisions: tuple[Settled, ...] = ()
    if what:
        decisions = (Settled(what, form.text("why"), form.text("against"), "", form.text("review")),)
    elif form.text("why") or form.text("against"):
        return Shown(Correct({"decision": "What was decided? The reason alone would not say it."}))
    return Recapped(form.actor, points, decisions, tuple(actions), form.text("question"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip(" -•*\t") for line in text.splitlines() if line.strip(" -•*\t"))
