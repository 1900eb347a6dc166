"""What is asked in forms: an answer, a schedule, a question of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.activities.checkins.cards.answers import added_note, who_sees
from bot.activities.checkins.cards.duty import roles_field
from bot.activities.checkins.model import GOAL, OPEN_WORDS, YES_NO, Ask, Asking, Chosen, HandTo, Plan
from bot.kernel.calendar import DAY_NAMES, NTH_NAMES, Monthly, Once, Weekly, Workdays
from bot.kernel.cards import (
    Action,
    DateField,
    Form,
    FormField,
    Note,
    NumberField,
    Option,
    PickField,
    TextField,
    TickField,
    TimeField,
)
from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.words import on_day, plural

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


def answer_form(asking: Asking, values: Sequence[str], hand: str, *, closed: bool, to: HandTo = "team") -> Form:
    """One form for everything that is asked, filled in with what the person wrote before."""
    fields: list[FormField] = []
    for index, ask in enumerate(asking.asks):
        value = values[index] if index < len(values) else ""
        fields += ask_fields(ask, index, value)
    if asking.hand:
        fields.append(
            TextField(
                "hand",
                "I could use a hand with",
                hand,
                most=300,
                required=False,
                hint="It comes with a button for whoever can help.",
            )
        )
        everyone = Option("team", f"Everyone in {asking.team_label}, with the answers"[:75])
        fields.append(PickField("hand_to", "Who reads that", (everyone, Option("one", "One person I choose next")), to))
    fields.append(Note(added_note(asking) if closed else who_sees(asking)))
    return Form("Check-in", tuple(fields), Action("checkins", asking.id, "answered"), "Save")


def ask_fields(ask: Ask, index: int, value: str) -> list[FormField]:
    name = f"a{index}"
    fields: list[FormField] = []
    label = ask.text
    if len(label) > 100:  # long questions stand above their field
        fields.append(Note(label))
        label = "Your answer"
    match ask.kind:
        case "text":
            fields.append(
                TextField(name, label, value, long=True, most=OPEN_WORDS, required=ask.required, hint=ask.hint)
            )
        case "choice":
            fields.append(PickField(name, label, _options(ask.choices), value, ask.required, ask.hint))
        case "yes_no":
            fields.append(PickField(name, label, _options(YES_NO), value, ask.required, ask.hint))
        case "scale":
            low, high = (*ask.choices, "", "")[:2]
            ends = {"1": low, "5": high}
            options = tuple(Option(n, f"{n}, {ends[n]}" if ends.get(n) else n) for n in "12345")
            fields.append(PickField(name, label, options, value, ask.required, ask.hint))
        case "number":
            fields.append(NumberField(name, label, value, required=ask.required, hint=ask.hint))
    return fields


def _options(choices: Sequence[str]) -> tuple[Option, ...]:
    return tuple(Option(choice, choice) for choice in choices)


def helper_form(part: SessionId, others: Sequence[tuple[str, str]]) -> Form:
    """Who alone reads what somebody could use a hand with."""
    field: FormField = TextField("name", "Their name", most=80)
    if others:
        field = PickField("whom", "Who", tuple(Option(user, name[:75]) for user, name in others))
    return Form(
        "Ask one person", (field, Note("Nobody else is told.")), Action("checkins", part, "helper_chosen"), "Ask"
    )


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
    days: tuple[int, ...] = (1,)  # a day is ticked whatever the rhythm, so that changing it is no riddle
    match rhythm:
        case Weekly(days=days, every=every):
            which = str(every)
        case Monthly(nth=n, day=day):
            which, days, nth = "monthly", (day,), str(n)
        case Workdays():
            which, days = "workdays", (0, 1, 2, 3, 4)
        case Once(on=on):
            which, days, once = "once", (on.weekday(),), on.isoformat()
    fields: list[FormField] = [
        PickField("rhythm", "How often", RHYTHMS, which),
        TickField(
            "days",
            "On which days",
            tuple(Option(str(n), name) for n, name in enumerate(DAY_NAMES)),
            tuple(map(str, days)),
            required=True,
            hint="For a question every month: one of them.",
        ),
        PickField("nth", "If every month: which one", NTHS, nth, required=False),
        DateField("once", "If once: the day", once, required=False),
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
    fields.append(roles_field(plan))
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
    fields: list[FormField] = [Note(f"For {on_day(chosen.day)}. You are not asked that day.")]
    for index, ask in enumerate(chosen.asks):
        fields += ask_fields(ask, index, "")
    if plan.hand:
        fields.append(
            TextField(
                "hand",
                "I could use a hand with",
                most=300,
                required=False,
                hint=f"Everyone in {plan.team_label} reads it with the answers.",
            )
        )
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


def goal_form(goal: str) -> Form:
    """What the team is here for."""
    hint = "As it goes on after: Our goal is. For example: every request answered within a day."
    field = TextField("goal", "Our goal is", goal, most=GOAL, required=False, hint=hint)
    return Form("The team's goal", (field,), Action("checkins", NO_SESSION, "goal_written"))


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
