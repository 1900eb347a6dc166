"""What is said around a schedule: forms, previews, and words to who looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.activities.checkins.cards.answers import ask_fields
from bot.activities.checkins.model import PLAN, Ask, Asking, Chosen, Plan, Scheduled
from bot.kernel.calendar import DAY_NAMES, NTH_NAMES, Monthly, Once, Weekly, Workdays, at_wall, in_words, wall_time
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    DateField,
    Form,
    FormField,
    Note,
    Option,
    PickField,
    Text,
    TextField,
    TickField,
    TimeField,
)
from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.words import listed, plural, when

RHYTHMS = (
    Option("1", "Every week"),
    Option("2", "Every second week"),
    Option("3", "Every third week"),
    Option("4", "Every fourth week"),
    Option("monthly", "Every month"),
    Option("workdays", "Every day, Monday to Friday"),
    Option("once", "Once"),
)
NTHS = tuple(Option(str(n), f"The {name} such day of the month") for n, name in NTH_NAMES.items())
OWN, MIXED = "own", "plan"
MOST_WATCHERS = 40  # names a form can list


def preview_card(plan: Plan, dates: Sequence[datetime]) -> Card:
    """The next four dates, before anything is saved."""
    lines: list[Block] = [Text(f"{rule_line(plan)}.")]
    if dates:
        lines.append(Text(f"Next: {listed(when(at, 'date') for at in dates)}."))
    else:
        lines.append(Text("No date lies ahead. Change the days."))
    lines += [Text(asks_line(plan)), Text(reveal_line(plan))]
    row = [_button(plan.id, "Change", "plan_form", asks=True)]
    if dates:
        row.insert(0, _button(plan.id, "Save", "save", primary=True))
    return Card(
        "Does this fit?", (*lines, Text("Nothing is saved yet. Only you see this.", muted=True), Buttons(tuple(row)))
    )


def saved_plan_card(state: Scheduled, dates: Sequence[datetime]) -> Card:
    lines: list[Block] = [Text(f"{rule_line(state.plan)}.")]
    if dates:
        lines.append(Text(f"The first question comes {when(dates[0], 'date_time')}."))
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
    lines += [Text(f"Next: {next_line(state)}."), Text(state.next.asks[0].text)]
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


def hold_card(label: str) -> Card:
    """Voice 32."""
    row = (
        Button("Hold it", Action("checkins", NO_SESSION, "hold_it"), "primary"),
        Button("Cancel", Action("checkins", NO_SESSION, "leave")),
    )
    line = f"Nobody in {label} is asked today. Whoever looks after it is told that it is held, not by whom."
    return Card("Hold today's question?", (Text(line), Buttons(row)))


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
        Text("Only who looks after the team sees this."),
    )
    return Card("Fewer answers lately", (*lines, Buttons(row)))


def drift_card(plan: Plan) -> Card:
    row = (Button("Plan a checkpoint", Action("say", NO_SESSION, "type", "guide show checkpoint-3m")),)
    lines = (
        Text(f"Twice in a row most of {plan.team_label} said: drifting or stuck."),
        Text("An hour on the goals may help. The guide checkpoint-3m is made for that."),
        Text("Only who looks after the team sees this."),
    )
    return Card("Still on course?", (*lines, Buttons(row)))


def skipped_line(plan: Plan, because: str) -> str:
    return f"The check-in of {plan.team_label} was left out: {because}."


def overview_card(
    label: str,
    opened: Sequence[tuple[Asking, bool]],
    planned: Sequence[tuple[SessionId, str, datetime | None, bool]],
    *,
    owner: bool,
    done: Sequence[str] = (),
) -> Card:
    """`checkin` alone: what is open, what comes, and what one may do."""
    lines: list[Block] = []
    for asking, closed in opened[:3]:
        state = "closed, later answers are added" if closed else f"open until {when(asking.closes, 'day_time')}"
        lines.append(Text(f"{asking.question} It is {state}."))
        row = [Button("Add mine" if closed else "Answer", Action("checkins", asking.id, "answer"), asks=True)]
        if not closed:
            row.append(Button("Close now", Action("checkins", asking.id, "close")))
        lines.append(Buttons(tuple(row)))
    for schedule, line, at, paused in planned[:4]:
        when_ = "paused" if paused else f"next {when(at, 'date_time')}" if at else "no date ahead"
        lines.append(Text(f"{line}: {when_}."))
        row = [] if at is None else [Button("Answer ahead", Action("checkins", schedule, "ahead"), asks=True)]
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


def plan_form(
    plan: Plan,
    watchers: Sequence[tuple[Member, str]] = (),
    categories: Sequence[tuple[str, str]] = (),
    *,
    new: bool = True,
) -> Form:
    """Everything a schedule needs, filled in with what it has."""
    rhythm = plan.rule.rhythm
    which, nth, once = "1", "1", ""
    days: tuple[int, ...] = (1,)
    match rhythm:
        case Weekly(days=days, every=every):
            which = str(every)
        case Monthly(nth=n, day=day):
            which, days, nth = "monthly", (day,), str(n)
        case Workdays():
            which, days = "workdays", ()
        case Once(on=on):
            which, days, once = "once", (), on.isoformat()
    fields: list[FormField] = [
        PickField("rhythm", "How often", RHYTHMS, which),
        TickField(
            "days", "Days", tuple(Option(str(n), name) for n, name in enumerate(DAY_NAMES)), tuple(map(str, days))
        ),
        PickField("nth", "Every month: on", NTHS, nth, required=False),
        DateField("once", "Once: on", once, required=False),
        TimeField("at", "At", f"{plan.rule.at:%H:%M}"),
        PickField(
            "moment",
            "Whose time",
            (Option("each", "Each person's own morning"), Option("team", "One moment for all")),
            plan.rule.moment,
        ),
        PickField("asks", "What is asked", _what(categories), _asked(plan)),
        TextField(
            "own",
            "Questions of your own",
            own_text(plan.own),
            long=True,
            most=1500,
            required=False,
            hint="One a line. At the end, if it is no free text: [1-5], [number], [yes/no] or [one | two | three].",
        ),
        PickField(
            "reveal",
            "Answers appear",
            (Option("at_close", "Together, at the close"), Option("at_once", "As they come")),
            plan.reveal,
        ),
        PickField(
            "summary",
            "After the close they stand",
            (Option("card", "On the card, and in its thread"), Option("thread", "In the thread of the card only")),
            plan.summary,
        ),
        PickField(
            "window",
            "Open for",
            tuple(Option(str(n), plural(n, "1 hour", "{n} hours")) for n in (2, 3, 4, 6, 8, 12, 24)),
            str(plan.window),
            hint="After the last morning. One closing time for all, a day after the first morning at most.",
        ),
        TickField("hand", "Also offer", (Option("yes", "I could use a hand with ..."),), ("yes",) if plan.hand else ()),
    ]
    if watchers and len(watchers) <= MOST_WATCHERS:
        options = tuple(Option(member.user, name) for member, name in watchers)
        fields.append(TickField("watch", "Who only watches", options, tuple(member.user for member in plan.watch)))
    return Form(
        "Check-in", tuple(fields), Action("checkins", plan.id, "plan_written"), "Show the dates" if new else "Save"
    )


def _what(categories: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    return (
        Option(MIXED, "A different kind each time"),
        *(Option(id, f"Only: {title}"[:75]) for id, title in categories),
        Option(OWN, "Questions of our own"),
    )


def _asked(plan: Plan) -> str:
    if plan.own:
        return OWN
    return plan.plan[0] if len(plan.plan) == 1 else MIXED


def own_text(own: Sequence[Ask]) -> str:
    """A schedule's own questions as they are typed."""
    lines = []
    for ask in own:
        match ask.kind:
            case "scale":
                mark = " [1-5]" if not ask.choices else f" [1-5: {' | '.join(ask.choices)}]"
            case "number":
                mark = " [number]"
            case "yes_no":
                mark = " [yes/no]"
            case "choice":
                mark = f" [{' | '.join(ask.choices)}]"
            case "text":
                mark = ""
        lines.append(f"{ask.text}{mark}")
    return "\n".join(lines)


def ask_form(question: str) -> Form:
    """Ask on the spot."""
    return Form(
        "Ask now",
        (
            TextField("own", "Question", question, long=True, most=1500, hint="One a line, if there are several."),
            PickField(
                "reveal",
                "Answers appear",
                (Option("at_close", "Together, at the close"), Option("at_once", "As they come")),
                "at_close",
            ),
            PickField(
                "window",
                "Open for",
                tuple(Option(str(n), plural(n, "1 hour", "{n} hours")) for n in (1, 2, 3, 6, 12, 24)),
                "6",
            ),
        ),
        Action("checkins", NO_SESSION, "asked"),
        "Ask",
    )


def ahead_form(plan: Plan, chosen: Chosen) -> Form:
    fields: list[FormField] = [Note(f"For {when(_at(plan, chosen.day), 'date')}. You are not asked that day.")]
    for index, ask in enumerate(chosen.asks):
        fields += ask_fields(ask, index, "")
    return Form("Answer ahead", tuple(fields), Action("checkins", plan.id, "ahead_written", chosen.day.isoformat()))


def move_form(plan: Plan, chosen: Chosen) -> Form:
    return Form(
        "Move once",
        (
            DateField("to", "To", chosen.day.isoformat()),
            TimeField("at", "At", f"{plan.rule.at:%H:%M}"),
            Note("Only this one moves. The rhythm stays."),
        ),
        Action("checkins", plan.id, "moved"),
        "Move",
    )


def added_question_card(text: str) -> Card:
    return Card("Added", (Text(text), Text("It is asked like any other. Never ask this, under Manage, takes it out.")))


def question_form(categories: Sequence[tuple[str, str]]) -> Form:
    """A team adds a question of its own to a category."""
    options = tuple(Option(id, title) for id, title in categories) or (Option(OWN, "Our own"),)
    return Form(
        "A question of your own",
        (
            TextField("text", "Question", most=280, hint="Two sentences should be enough to answer it."),
            PickField("category", "It belongs to", options, options[0].value),
        ),
        Action("checkins", NO_SESSION, "question_written"),
    )


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


def next_line(state: Scheduled) -> str:
    """`Tue 31 Mar 09:30`, on the team's clock or in the reader's own morning."""
    assert state.next is not None
    plan = state.plan
    if plan.rule.moment == "each":
        wall = wall_time(plan.rule, state.next.day, state.exceptions)
        return f"on {when(_at(plan, state.next.day), 'date')} at {wall:%H:%M}, in each person's own time"
    return when(_at(plan, state.next.day), "date_time")


def _at(plan: Plan, day: date) -> datetime:
    return at_wall(day, plan.rule.at, plan.zone)


def _then(state: Scheduled, title: str) -> Card:
    line = f"The next question comes {next_line(state)}." if state.next else "No other date lies ahead."
    return Card(title, (Text(line), Buttons((_button(state.plan.id, "Manage", "manage"),))))


def _button(session: SessionId, label: str, verb: str, *, primary: bool = False, asks: bool = False) -> Button:
    return Button(label, Action("checkins", session, verb), "primary" if primary else "plain", asks)
