"""What is said around a team: set-up, hello, sample, rhythm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.activities.teams.model import PLAN, Around, Choosing, Draft, Level, Loudness, Planned
from bot.kernel.calendar import DAY_NAMES, at_wall
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Form,
    FormField,
    Note,
    Option,
    PickField,
    Text,
    TickField,
    TimeField,
)
from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.keeping import RAW, TEXTS, Keeping, in_days
from bot.kernel.people import Team
from bot.kernel.words import listed, on_day, plural, when, who
from bot.pieces.metrics import Share

MOST_UNTAGGED = 5  # titles on the archivist's card
KINDS = {
    "prompt": "questions",
    "reminder": "reminders",
    "invitation": "surveys and requests",
    "role": "role notices",
    "commitment": "things taken on",
    "report": "reports",
    "social": "social",
}
WEEKS = {1: "every week", 2: "every second week", 3: "every third week", 4: "every fourth week"}


def step_card(state: Choosing, around: Around) -> Card:
    """Voice 28: one question at a time, each with a good answer in it."""
    draft, label = state.draft, around.team.label
    lines: list[Block]
    row = [_button(around, "OK", "ok", str(state.step), primary=True)]
    match state.step:
        case 1:
            count = len(around.taking_part)
            everybody = plural(count, "1 person", "{n} people")
            lines = [Text(f"Who takes part? Everyone here: {everybody}, without bots and guests.")]
            lines += _guests(around)
            row += [
                _button(around, "Choose people", "choose", "1", asks=True),
                _button(around, "OK to all five", "all"),
            ]
        case 2:
            lines = [Text(f"Which question? {plan_line(draft)}"), Text("Every question can be passed.")]
            row += [_button(around, "Choose", "choose", "2", asks=True), _button(around, "Templates", "templates")]
        case 3:
            lines = [Text(f"When? {rhythm_line(draft)}"), Text("Public holidays and days off are each person's own.")]
            row += [_button(around, "Choose", "choose", "3", asks=True)]
        case 4:
            lines = [Text(f"Where do answers appear? {reveal_line(draft, label)}"), *_guests(around)]
            other = "As they come" if draft.reveal == "at_close" else "Together"
            row += [_button(around, other, "reveal", "at_once" if draft.reveal == "at_close" else "at_close")]
        case _:
            helper = who(draft.helper) if draft.helper else "Nobody yet"
            lines = [
                Text(f"Who looks after it with you? {helper}."),
                Text("Two people are better: one is away sometimes."),
            ]
            row += [_button(around, "Choose somebody", "choose", "5", asks=True)]
    return Card(f"Set up {label}: {state.step} of 5", (*lines, Buttons(tuple(row))))


def done_card(draft: Draft, around: Around) -> Card:
    """Voice 29."""
    label = around.team.label
    morning = ", each person's own morning" if draft.moment == "each" else ""
    lines: list[Block]
    if around.team.ready:
        lines = [Text(f"{rhythm_line(draft)}"), Text("It holds from the next question on. Nothing is posted.")]
    else:
        lines = [
            Text(f"First question: {_first(draft, around)} at {draft.at:%H:%M}{morning}. After that {_rhythm(draft)}."),
            Text("I introduce myself in the channel first. Nothing else runs until somebody starts it."),
        ]
    lines += [Text(f"The template also proposes: {'; '.join(draft.lines)}.")] if draft.lines else []
    if draft.helper is None:
        lines.append(Text("Nobody looks after it with you yet. Change adds somebody."))
    row = (
        _button(around, "Save" if around.team.ready else "Post the hello", "hello", primary=True),
        _button(around, "Show me a sample", "sample", "setup"),
        _button(around, "Change", "change"),
    )
    return Card(f"{label} is ready", (*lines, Buttons(row)))


def hello_card(draft: Draft, around: Around, by: Member) -> Card:
    """Voice 30: in the channel, before anyone gets a direct message."""
    days = f"{DAY_NAMES[draft.day]}s" if draft.weeks == 1 else f"{DAY_NAMES[draft.day]}s, {WEEKS.get(draft.weeks, '')},"
    your = " your time" if draft.moment == "each" else ""
    together = "The answers appear here together." if draft.reveal == "at_close" else "The answers appear here."
    lines = [
        Text(f"{who(by)} set me up. On {days} at {draft.at:%H:%M}{your} I ask one question. {together}"),
        Text(f"The first one comes on {_first(draft, around)}."),
        Text("Passing is fine. I do not read this channel; I know what you press or write to me."),
        Text(f"I delete what you answer after {in_days(around.keeping.texts)}, or at once if you say so."),
        *_guests(around),
        Text("Not for you? Step out, no reason needed. You can come back any time."),
    ]
    row = (
        _button(around, "See a sample", "sample"),
        _button(around, "Step out", "out"),
        Button("My settings", Action("people", NO_SESSION, "me")),
    )
    return Card("I am Moderato, a bot for this team", (*lines, Buttons(row)))


def sample_card(around: Around, *, setting_up: bool = False) -> Card:
    """What a question looks like. In the middle of a set-up it leads back to where that was."""
    label = around.team.label
    lines: tuple[Block, ...] = (
        Text("What went a bit better than you expected?"),
        Text("Two sentences are plenty."),
        Text(f"Hidden until the close, then everyone in {label} can read it."),
        Text("With it come three buttons: Answer, Pass, Later. This is a sample; nothing is asked of you now."),
    )
    if setting_up:
        lines = (*lines, Buttons((_button(around, "Back", "all"),)))
    return Card("Sample: this week's question", (*lines, Text("Only you see this.", muted=True)))


def stepped_card(around: Around, *, out: bool) -> Card:
    label = around.team.label
    if out:
        line = f"I ask you nothing in {label}, and nobody is told."
        return Card("You are out", (Text(line), Buttons((_button(around, "Come back", "come_back"),))))
    line = f"You are part of {label} again. The next question comes to you."
    return Card("Welcome back", (Text(line), Buttons((_button(around, "Step out", "out"),))))


def helper_card(around: Around, by: Member) -> Card:
    label = around.team.label
    lines = (
        Text(f"{who(by)} would like you to look after {label} as well: change dates, pause, see what was left out."),
        Text("It asks nothing of you. Saying nothing is fine, and so is [Not me], without a reason."),
    )
    row = (_button(around, "Show me", "rhythm"), _button(around, "Not me", "not_me"))
    return Card(f"You look after {label} with {who(by)}", (*lines, Buttons(row)))


def idea_card(label: str, by: Member, typed: str) -> Card:
    """To who looks after the team: what somebody else would do."""
    lines = (Text(f"{who(by)} typed in {label}: {typed}"), Text("Nothing changed. It is yours to do, or to leave."))
    row = (Button("Do it", Action("say", NO_SESSION, "type", typed), asks=True),)
    return Card(f"{who(by)} has an idea", (*lines, Buttons(row)))


def newcomer_card(label: str, member: Member, formats: Sequence[str]) -> Card:
    """P45: to who looks after the team, when somebody joins."""
    some = listed([f'"{title}"' for title in formats[:3]])
    lines = (
        Text(
            f"{who(member)} joined {label}. Ten to fifteen minutes together help everybody to get to know each other."
        ),
        Text(f"There are short formats for it, such as {some}. Nothing starts unless somebody in {label} starts it."),
    )
    row = (Button("Show the formats", Action("say", NO_SESSION, "type", "guide list team_building")),)
    return Card("Somebody is new", (*lines, Buttons(row)))


def frame_card(around: Around, by: Member | None = None, level: Level = "all") -> Card:
    """P12: after six sessions a team says how much frame it still wants; anybody may, and change it."""
    lines: list[Block] = [Text("You have held six sessions. At first a frame helps; later it can be in the way.")]
    if by is None:
        lines.append(Text("As it is: every cue. Mixed: no cue at half time. Loose: none but that time is up."))
    else:
        said = {"all": "every cue stays", "mix": "no cue at half time", "fewer": "no cue but that time is up"}
        lines.append(Text(f"{who(by)} chose: {said[level]}. It holds from the next session on."))
    choices: tuple[tuple[str, Level], ...] = (("As it is", "all"), ("Mixed", "mix"), ("Loose", "fewer"))
    row = tuple(_button(around, label, "frame", to) for label, to in choices if by is None or to != level)
    return Card("How much frame do you want?", (*lines, Buttons(row)))


def untagged_card(around: Around, titles: Sequence[str]) -> Card:
    """P16: once a month, to the archivist alone."""
    some = "; ".join(titles[:MOST_UNTAGGED])
    some = f"{some[:1].upper()}{some[1:].rstrip('.')}."
    sooner = plural(
        len(titles),
        "With a tag or two it is found sooner. It stays as it is if you leave it.",
        "With a tag or two they are found sooner. They stay as they are if you leave it.",
    )
    lines = (
        Text(f"{some} {sooner}"),
        Buttons((Button("Add tags", Action("records", around.new, "untagged"), asks=True),)),
    )
    return Card(plural(len(titles), "1 record without tags", "{n} records without tags"), lines)


def keeping_card(label: str, keeping: Keeping) -> Card:
    lines = (
        Text(f"Answers to questions in {label} are deleted after {in_days(keeping.texts)}, also those of before."),
        Text(f"Single answers to surveys are deleted {in_days(keeping.raw)} after the close. Totals stay."),
        Text("What I posted in the channel stays there."),
    )
    return Card("Saved", lines)


def noise_card(label: str, loudness: Loudness) -> Card:
    """To who looks after the team: what people got, in the middle and at the busy end (metrics 6.21)."""
    found = loudness.noise
    middle = f"{float(found.median):g}"
    messages = "1 message" if middle == "1" else f"{middle} messages"
    lines: list[Block] = [
        Text(
            f"In four weeks people got {messages} a week in the middle, {found.ninetieth} at the busy end, "
            f"all teams together. {found.budget} is the limit."
        ),
        Text(f"By kind: {listed(f'{KINDS.get(kind, kind)} {n}' for kind, n in loudness.kinds[:4])}."),
        Text(_muted(found.muted)),
    ]
    lines += [Text(loudness.says)] if loudness.says else []
    row: list[Button] = []
    if found.alarm:
        lines.append(Text("That is more than people want. A slower rhythm, or one question fewer, helps most."))
        row.append(Button("Check-ins", Action("say", NO_SESSION, "type", "checkin")))
    if not loudness.says:
        row.append(Button("Ask the team", Action("say", NO_SESSION, "type", "pulse schedule bot-noise"), asks=True))
    lines += [Buttons(tuple(row))] if row else []
    title = f"Too many messages in {label}" if found.alarm else f"Messages in {label}"
    return Card(title, (*lines, Text("Nobody's own figure is shown to anybody.", muted=True)))


def _muted(share: Share) -> str:
    """How many muted something; in a small team no number that points at one person."""
    if not share.hits:
        return "Nobody muted anything."
    return "Somebody muted a kind of message." if share.of < 10 else f"{share.percent()} muted a kind of message."


def volunteer_card(around: Around) -> Card:
    label = around.team.label
    lines = (
        Text(f"Nobody looks after {label} any more. It takes a minute a month: dates, pauses, questions."),
        Text("What is planned goes on. The first tap has it."),
    )
    return Card(f"Who looks after {label}?", (*lines, Buttons((_button(around, "I'll do it", "volunteer"),))))


def found_card(label: str, member: Member) -> Card:
    return Card(f"Who looks after {label}?", (Text(f"{who(member)} does. Thank you, {who(member)}."),))


def templates_card(around: Around, found: Sequence[tuple[str, str, str]]) -> Card:
    """The starting points: id, title, purpose."""
    lines: list[Block] = []
    for _, title, purpose in found:
        lines.append(Text(f"{title}: {purpose}"))
    buttons = tuple(_button(around, title[:24], "template", id) for id, title, _ in found)
    buttons = (*buttons, _button(around, "Back", "change"))
    rows = [Buttons(buttons[n : n + 4]) for n in range(0, len(buttons), 4)]
    return Card(
        "Where do you start from?", (*lines, *rows, Text("Only a start: every line can be changed.", muted=True))
    )


def rhythm_card(team: Team, planned: Sequence[Planned]) -> Card:
    """The next four weeks on one card."""
    dated = sorted((at, one.what, one.each) for one in planned for at in one.dates)
    lines: list[Block] = [Text(f"{_moment(at, team.zone, each=each)}: {what}") for at, what, each in dated[:14]]
    if len(dated) > 14:
        lines.append(Text(plural(len(dated) - 14, "1 more after that.", "{n} more after that.")))
    if not lines:
        lines.append(Text("Nothing is planned. /moderato checkin schedule plans a question that comes back."))
    return Card(f"The next four weeks in {team.label}", tuple(lines))


# forms


def choice_form(draft: Draft, around: Around, step: int, categories: Sequence[tuple[str, str]]) -> Form:
    fields: list[FormField] = []
    match step:
        case 1:
            people = tuple(Option(p.member.user, f"{p.name}, guest" if p.guest else p.name) for p in around.roster)
            chosen = tuple(p.member.user for p in around.taking_part)
            fields = [TickField("people", "Who takes part", people, chosen, required=True)]
        case 2:
            known = tuple(Option(id, title) for id, title in categories)
            now = tuple(one for one in draft.plan if one in {id for id, _ in categories})
            fields = [TickField("plan", "Kinds of question, in turn", known, now, required=True)]
        case 3:
            fields = [
                PickField(
                    "day", "Day", tuple(Option(str(n), name) for n, name in enumerate(DAY_NAMES)), str(draft.day)
                ),
                TimeField("at", "At", f"{draft.at:%H:%M}"),
                PickField(
                    "weeks",
                    "How often",
                    tuple(Option(str(n), w.capitalize()) for n, w in WEEKS.items()),
                    str(draft.weeks),
                ),
                PickField(
                    "moment",
                    "Whose time",
                    (Option("each", "Each person's own morning"), Option("team", "One moment for all")),
                    draft.moment,
                ),
            ]
        case _:
            others = tuple(Option(p.member.user, p.name) for p in around.roster if not p.owner and not p.guest)
            fields = [PickField("helper", "Who looks after it with you", others, required=False)] if others else []
            fields.append(Note("They are asked, and can say no. They can change dates and pause, nothing more."))
    return Form(f"Set up: {step} of 5", tuple(fields), _action(around, "chosen", str(step)))


def keeping_form(around: Around) -> Form:
    """How long answers stay; the longest is what everybody is told at first."""
    return Form(
        "How long answers stay",
        (
            PickField(
                "texts",
                "Answers to questions",
                tuple(Option(str(n), in_days(n)) for n in TEXTS),
                str(around.keeping.texts),
            ),
            PickField(
                "raw",
                "Single answers to surveys, after the close",
                tuple(Option(str(n), in_days(n)) for n in RAW),
                str(around.keeping.raw),
            ),
            Note("Shorter holds for old answers, too. It cannot bring back what is deleted."),
        ),
        _action(around, "keep_set"),
    )


# lines


def plan_line(draft: Draft) -> str:
    if draft.plan == PLAN:
        return "Something different each time: wins, lessons, requests and offers, goals."
    return f"In turn: {listed(one.replace('_', ' ') for one in draft.plan)}."


def rhythm_line(draft: Draft) -> str:
    phrase = _rhythm(draft)
    morning = ", in each person's own morning" if draft.moment == "each" else ", one moment for all"
    return f"{phrase[:1].upper()}{phrase[1:]} at {draft.at:%H:%M}{morning}."


def reveal_line(draft: Draft, label: str) -> str:
    how = "together at the close" if draft.reveal == "at_close" else "as they come"
    return f"On a card in {label}, {how}. Everyone in {label} can read them, with names."


def _first(draft: Draft, around: Around) -> str:
    return on_day(around.first) if draft.moment == "each" else when(_at(draft, around), "date")


def _at(draft: Draft, around: Around) -> datetime:
    return at_wall(around.first, draft.at, around.team.zone)


def _moment(at: datetime, zone: str, *, each: bool) -> str:
    """A moment on the reader's clock, or the hour that everybody's own clock shows."""
    if not each:
        return when(at, "date_time")
    there = at.astimezone(ZoneInfo(zone))
    return f"{on_day(there.date())}, {there:%H:%M} your time"


def _rhythm(draft: Draft) -> str:
    if draft.weeks == 1:
        return f"every {DAY_NAMES[draft.day]}"
    return f"{WEEKS.get(draft.weeks, f'every {draft.weeks} weeks')} on {DAY_NAMES[draft.day]}"


def _guests(around: Around) -> list[Block]:
    if not around.guests:
        return []
    one = "1 guest can read this channel, so they can read the answers too. Personal questions are left out."
    many = "{n} guests can read this channel, so they can read the answers too. Personal questions are left out."
    return [Text(plural(around.guests, one, many))]


def _action(around: Around, verb: str, argument: str = "") -> Action:
    return Action("teams", SessionId(f"teams.{around.team.id}"), verb, argument)


def _button(
    around: Around, label: str, verb: str, argument: str = "", *, primary: bool = False, asks: bool = False
) -> Button:
    return Button(label, _action(around, verb, argument), "primary" if primary else "plain", asks)
