"""How filled-in forms become events of the roles."""

from __future__ import annotations

import re
from datetime import time

from bot.activities.roles.commands.known import ROTATES, STALE
from bot.activities.roles.events import (
    Avoided,
    FollowSet,
    OwnChanged,
    OwnMade,
    RhythmSet,
    SetUp,
    SwapChosen,
    Ticked,
    What,
)
from bot.activities.roles.model import MOST_HANDLE, MOST_TITLE, Follow, Plan, Scene
from bot.kernel.activity import Context, Shown
from bot.kernel.calendar import local_date, why_not_at
from bot.kernel.decision import Correct, Refused
from bot.kernel.inbound import FormSubmitted

DAYS = frozenset("0123456")  # as the form has them; nothing else becomes a day of the week


def submitted(form: FormSubmitted, context: Context, scene: Scene) -> What | Refused | Shown:
    by, argument = form.actor, form.action.argument
    turn, _, role = argument.partition(" ")
    match form.verb:
        case "swap_with" if not form.text("other"):
            return Shown(Correct({"other": "Choose a turn, or close this: nothing has been asked yet."}))
        case "swap_with":
            return SwapChosen(by, turn, role, form.text("other"))
        case "avoided":
            return Avoided(by, form.ticked("roles"))
        case "set_up":
            return SetUp(by, form.ticked("on"))
        case "ticked":
            return Ticked(by, turn, form.ticked("done"))
        case "added" | "edited":
            return _own(form)
        case "follow_set":
            return _follow(form)
        case "rhythm_set":
            return _plan(form, context, scene)
    return STALE


def _own(form: FormSubmitted) -> What | Shown:
    argument = form.action.argument
    title = " ".join(form.text("title").split())
    duties = tuple(line.strip() for line in form.text("duties").splitlines() if line.strip())[:6]
    errors = {}
    if not title or len(title) > MOST_TITLE:
        errors["title"] = f"A name of 1 to {MOST_TITLE} characters."
    if not duties:
        errors["duties"] = "One line is enough: what does this person do?"
    if errors:
        return Shown(Correct(errors))
    rotates = ROTATES.get(form.text("rotates"), "session")
    if form.verb == "edited":
        return OwnChanged(form.actor, argument, title, duties, rotates, form.text("use"))
    return OwnMade(form.actor, title, duties, rotates)


def _follow(form: FormSubmitted) -> What | Shown:
    where = form.ticked("where")
    handle = form.text("handle").strip().lstrip("@").lower() or Follow().handle
    if ("group" in where and not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", handle)) or len(handle) > MOST_HANDLE:
        told = f"Up to {MOST_HANDLE} small letters, digits, dots and hyphens, such as facilitator."
        return Shown(Correct({"handle": told}))
    return FollowSet(form.actor, form.text("role"), "topic" in where, "group" in where, handle)


def _plan(form: FormSubmitted, context: Context, scene: Scene) -> What | Shown:
    days = tuple(sorted({int(day) for day in form.ticked("days") if day in DAYS}))
    if not days:
        return RhythmSet(form.actor, None)
    errors = {}
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", form.text("at"))
    at = time(int(found.group(1)), int(found.group(2))) if found else time(9, 30)
    if not found:
        errors["at"] = f'Write a time such as 09:30; you wrote "{form.text("at")[:20]}".'
    elif (because := why_not_at(at)) is not None:
        errors["at"] = because
    minutes, every = _number(form.text("minutes")), _number(form.text("every"))
    if minutes is None or not 5 <= minutes <= 480:
        errors["minutes"] = "Between 5 and 480 minutes."
    if every is None or not 1 <= every <= 12:
        errors["every"] = "Every 1 to 12 weeks."
    if errors or minutes is None or every is None:
        return Shown(Correct(errors))
    title = " ".join(form.text("title").split())[:60] or "Weekly call"
    return RhythmSet(form.actor, Plan(days, at, every, local_date(context.now, scene.team.zone), minutes, title))


def _number(text: str) -> int | None:
    return int(float(text)) if re.fullmatch(r"\d{1,4}(\.0+)?", text) else None
