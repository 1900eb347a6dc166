"""What is said around a schedule: previews, and words to who looks after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.activities.checkins.cards.duty import rotates_line
from bot.activities.checkins.model import (
    PLAN,
    Asking,
    Chosen,
    Plan,
    Scheduled,
)
from bot.kernel.calendar import Workdays, at_wall, in_words, local_date, wall_time
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Text,
)
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import listed, on_day, plural, when

DM_WEEK = 3  # direct messages a week that people allow, if they chose nothing else


def preview_card(plan: Plan, dates: Sequence[datetime], beside: Sequence[str] = ()) -> Card:
    """The next four dates, before anything is saved. *beside*: what the team is asked anyway."""
    lines: list[Block] = [Text(f"{rule_line(plan)}.")]
    if dates:
        lines.append(Text(f"Next: {listed(_day_of(plan, at) for at in dates)}."))
    else:
        lines.append(Text("No date lies ahead. Change the days."))
    lines += [Text(asks_line(plan)), Text(reveal_line(plan)), *rotates_line(plan)]
    if len(getattr(plan.rule.rhythm, "days", ())) > DM_WEEK or isinstance(plan.rule.rhythm, Workdays):
        lines.append(Text("Most people allow me 3 messages a week. On other days only the card in the channel asks."))
    lines += [Text(f"This comes on top of: {line[:1].lower()}{line[1:]}.") for line in beside[:2]]
    lines.append(Text("Nothing is saved yet."))
    row = [_button(plan.id, "Change", "plan_form", asks=True)]
    if dates:
        row.insert(0, _button(plan.id, "Save", "save", primary=True))
    return Card("Does this fit?", (*lines, Buttons(tuple(row)), Text("Only you see this.", muted=True)))


def saved_plan_card(state: Scheduled) -> Card:
    lines: list[Block] = [Text(f"{rule_line(state.plan)}.")]
    if state.next is not None:
        lines.append(Text(f"The next question comes {short_line(state)}."))
    row = (_button(state.plan.id, "Manage", "manage"), _button(state.plan.id, "Edit", "plan_form", asks=True))
    return Card("Saved", (*lines, Buttons(row)))


def manage_card(state: Scheduled) -> Card:
    """To who looks after it."""
    plan, lines = state.plan, [Text(f"{rule_line(state.plan)}.")]
    row: tuple[Button, ...]
    if state.paused:
        lines.append(Text("Paused. Nothing is asked until somebody resumes it."))
        row = (
            _button(plan.id, "Resume", "resume", primary=True),
            _button(plan.id, "Edit", "plan_form", asks=True),
            _button(plan.id, "End", "end"),
        )
        return Card(f"Check-in of {plan.team_label}", (*lines, Buttons(row)))
    if state.next is None:
        lines.append(Text("No date lies ahead."))
        row = (_button(plan.id, "Edit", "plan_form", asks=True), _button(plan.id, "End", "end"))
        return Card(f"Check-in of {plan.team_label}", (*lines, Buttons(row)))
    lines += [Text(f"The next one comes {short_line(state)}."), Text(state.next.asks[0].text)]
    first = (
        _button(plan.id, "Skip once", "skip"),
        _button(plan.id, "Move once", "move_form", asks=True),
        _button(plan.id, "Pause", "pause"),
    )
    second = [_button(plan.id, "Edit", "plan_form", asks=True), _button(plan.id, "End", "end")]
    if state.next.prompt:
        second = [
            _button(plan.id, "Another question", "another"),
            _button(plan.id, "Never ask this", "retire"),
            *second,
        ]
    return Card(f"Check-in of {plan.team_label}", (*lines, Buttons(first), Buttons(tuple(second))))


def skipped_card(state: Scheduled) -> Card:
    return _then(state, "Skipped once")


def moved_card(state: Scheduled) -> Card:
    return _then(state, "Moved once")


def paused_card(state: Scheduled) -> Card:
    row = (_button(state.plan.id, "Resume", "resume", primary=True),)
    return Card("Paused", (Text("Nothing is asked until somebody resumes it."), Buttons(row)))


def resumed_card(state: Scheduled) -> Card:
    return _then(state, "Resumed")


def question_card(state: Scheduled, *, retired: bool) -> Card:
    assert state.next is not None
    lines = [Text(state.next.asks[0].text), Text(f"It is asked {next_line(state)}.")]
    if retired:
        lines.append(Text("The one before is never asked here again."))
    row = (_button(state.plan.id, "Another question", "another"), _button(state.plan.id, "Manage", "manage"))
    return Card("The next question", (*lines, Buttons(row)))


def hold_card(label: str, today: Sequence[tuple[SessionId, str]], *, open_: bool = False) -> Card:
    """Voice 32. *today*: the schedules that ask today, with their rhythm in words. *open_*: one is asked already."""
    cancel = Button("Cancel", Action("checkins", NO_SESSION, "leave"))
    line = f"Nobody in {label} is asked today. Whoever looks after it is told that it is held, not by whom."
    if open_:
        line += " What was answered to it today is deleted."
    if len(today) == 1:
        return Card(
            "Hold today's question?",
            (Text(line), Buttons((_button(today[0][0], "Hold it", "hold_it", primary=True), cancel))),
        )
    lines: list[Block] = [Text(line)]
    for schedule, rhythm in today:
        lines += [Text(f"{rhythm}."), Buttons((_button(schedule, "Hold this one", "hold_it"),))]
    return Card("Hold which of today's questions?", (*lines, Buttons((cancel,))))


def held_done_card(state: Scheduled) -> Card:
    return Card(
        "Held", (Text(f"The next question comes {next_line(state)}." if state.next else "No other date lies ahead."),)
    )


def held_for_owner_card(state: Scheduled) -> Card:
    label = state.plan.team_label
    lines = [Text(f"Somebody in {label} held it for the whole team. No reason is asked, and no name is kept.")]
    if state.next:
        lines.append(Text(f"The next question comes {next_line(state)}."))
    return Card("Today's question is held", tuple(lines))


def low_card(plan: Plan) -> Card:
    row = (
        _button(plan.id, "Another question", "another"),
        _button(plan.id, "Edit", "plan_form", asks=True),
        _button(plan.id, "Pause", "pause"),
    )
    lines = (
        Text(f"The last three check-ins of {plan.team_label} found few answers. More reminders would not help."),
        Text("Another question, another hour or a slower rhythm may."),
        Text("Only whoever looks after the team sees this."),
    )
    return Card("Fewer answers lately", (*lines, Buttons(row)))


def drift_card(plan: Plan) -> Card:
    row = (Button("Plan a checkpoint", Action("say", NO_SESSION, "type", "guide show checkpoint-3m")),)
    lines = (
        Text(f"Twice in a row most of {plan.team_label} said: drifting or stuck."),
        Text("An hour on the goals may help; there is a guide for it."),
        Text("Only whoever looks after the team sees this."),
    )
    return Card("Still on course?", (*lines, Buttons(row)))


def skipped_line(plan: Plan, because: str) -> str:
    return f"The check-in of {plan.team_label} was left out: {because}."


def overview_card(
    label: str,
    opened: Sequence[tuple[Asking, bool]],
    planned: Sequence[tuple[SessionId, str, str, bool]],
    *,
    owner: bool,
    done: Sequence[str] = (),
    missed: Mapping[SessionId, int] | None = None,
) -> Card:
    """`checkin` alone: what is open, what comes, and what one may do. *missed*: how many did not get a question."""
    lines: list[Block] = []
    for asking, closed in opened[:3]:
        state = "closed, later answers are added" if closed else f"open until {when(asking.closes, 'day_time')}"
        lines.append(Text(f"{asking.question} It is {state}."))
        lost = (missed or {}).get(asking.id, 0) if owner and not closed else 0
        if lost:
            number = plural(lost, "1 person did not get it", "{n} people did not get it")
            lines.append(Text(f"{number}, because they have not added me. They can answer in the channel."))
        row = [Button("Add mine" if closed else "Answer", Action("checkins", asking.id, "answer"), asks=True)]
        if not closed:
            row.append(Button("Close now", Action("checkins", asking.id, "close")))
        lines.append(Buttons(tuple(row)))
    for schedule, line, following, paused in planned[:4]:
        state = "paused" if paused else f"next {following}" if following else "no date ahead"
        lines.append(Text(f"{line}: {state}."))
        row = [Button("Answer ahead", Action("checkins", schedule, "ahead"), asks=True)] if following else []
        if owner:
            row.append(Button("Manage", Action("checkins", schedule, "manage")))
        if row:
            lines.append(Buttons(tuple(row)))
    lines += [Text(line) for line in done[:3]]
    if not lines:
        lines.append(Text("Nothing is open, and nothing is planned."))
    last = [Button("Ask now", Action("checkins", NO_SESSION, "ask_form"), asks=True)]
    if owner:
        last.append(Button("Schedule", Action("checkins", NO_SESSION, "schedule"), asks=True))
    last.append(Button("My answers", Action("checkins", NO_SESSION, "mine")))
    return Card(f"Check-ins of {label}", (*lines, Buttons(tuple(last))))


# forms


def lead_card(plan: Plan, chosen: Chosen) -> Card:
    """To one who looks after the team: the others find it easier to tell a miss once somebody has."""
    row = (_button(plan.id, "Go first", "ahead", primary=True, asks=True),)
    lines = (
        Text(f"On {on_day(chosen.day)} I ask {plan.team_label}: {chosen.asks[0].text}"),
        Text("Telling a miss is easier once somebody has. What you write now stands on the card from the start."),
        Text("If not, that is fine; nobody is told."),
    )
    return Card("Would you go first?", (*lines, Buttons(row)))


def lead_over_card() -> Card:
    return Card("Would you go first?", (Text("That question does not wait any more. Nothing is asked of you."),))


def goal_card(goal: str) -> Card:
    line = Text("Every fourth question asks whether you are on track, drifting or stuck.")
    return Card(
        "The goal",
        (Text(f"Our goal is {goal}."), line, Text("It begins with the next question that is not fixed yet.")),
    )


def added_question_card(text: str) -> Card:
    return Card("Added", (Text(text), Text("It is asked like any other. Never ask this, under Manage, takes it out.")))


# lines


def rule_line(plan: Plan) -> str:
    phrase = in_words(plan.rule)
    return phrase[:1].upper() + phrase[1:]


def asks_line(plan: Plan) -> str:
    if plan.own:
        return plural(len(plan.own), "It asks your own question.", "It asks your own {n} questions.")
    if plan.plan == PLAN:
        return "It asks something different each time: wins, lessons, requests and offers, goals."
    return f"It asks about: {listed(one.replace('_', ' ') for one in plan.plan)}."


def reveal_line(plan: Plan) -> str:
    read = f"everyone in {plan.team_label} can read them, with names"
    return (
        f"Answers appear together at the close; {read}."
        if plan.reveal == "at_close"
        else f"Answers appear as they come; {read}."
    )


def short_line(state: Scheduled) -> str:
    """`on Tue 31 Mar`, where the hour is said already; with the hour if it is another one, or the reader's."""
    assert state.next is not None
    wall = wall_time(state.plan.rule, state.next.day, state.exceptions)
    if state.plan.rule.moment != "each":
        return next_line(state)
    return f"on {on_day(state.next.day)}" + ("" if wall == state.plan.rule.at else f" at {wall:%H:%M}")


def next_line(state: Scheduled) -> str:
    """`on Tue 31 Mar at 09:30`, on the reader's clock or in each person's own morning."""
    assert state.next is not None
    plan = state.plan
    wall = wall_time(plan.rule, state.next.day, state.exceptions)
    at = at_wall(state.next.day, wall, plan.zone)
    if plan.rule.moment == "each":
        return f"on {on_day(state.next.day)} at {wall:%H:%M}, in each person's own time"
    return f"on {when(at, 'date_time')}"


def _day_of(plan: Plan, at: datetime) -> str:
    """The date of a question, on the reader's calendar, or on everybody's own."""
    return on_day(local_date(at, plan.zone)) if plan.rule.moment == "each" else when(at, "date")


def _then(state: Scheduled, title: str) -> Card:
    line = f"The next question comes {next_line(state)}." if state.next else "No other date lies ahead."
    return Card(title, (Text(line), Buttons((_button(state.plan.id, "Manage", "manage"),))))


def _button(session: SessionId, label: str, verb: str, *, primary: bool = False, asks: bool = False) -> Button:
    return Button(label, Action("checkins", session, verb), "primary" if primary else "plain", asks)
