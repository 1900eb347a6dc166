"""The one card that is edited: what happens now, until when, and what comes then."""

from __future__ import annotations

from datetime import datetime

from bot.activities.guides.cards.days import replying_blocks
from bot.activities.guides.cards.now.cues import stay_together
from bot.activities.guides.cards.parts import (
    asked,
    button,
    clock_line,
    either,
    joined,
    lead,
    names,
    scope,
    sentence,
    steering_row,
    until,
)
from bot.activities.guides.model import (
    Choosing,
    Grouped,
    Recapping,
    Replying,
    Rounding,
    Running,
    Setting,
    Talk,
    Writing,
    fill,
)
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Divider, Text
from bot.kernel.words import plural, who
from bot.pieces.ballot import Collecting, Settled, Tied, Voting
from bot.pieces.voting import open_blocks, outcome, result_lines, words

COLLECTED = {
    "key_points": "what stays",
    "decisions": "what was decided, and why",
    "actions": "who does what by when",
    "next_question": "the question for next time",
    "parked": "what was parked",
    "closing_words": "closing words",
}


def now_card(run: Running, now: datetime) -> Card:
    """What happens now, until when, what comes then, and four buttons that stay where they are."""
    course, step = run.course, run.course.step
    title = f"{step.title}: time is up" if course.over else f"{step.title}, until {until(run.setting, course.ends)}"
    blocks: list[Block] = []
    match course.live:
        case Talk():
            blocks += _talk(run, course.live, now)
        case Rounding():
            title, inside = _rounding(run, course.live, title)
            blocks += inside
        case Grouped():
            blocks += _grouped(run, course.live)
        case Writing():
            blocks += _writing(run, course.live)
        case Replying():
            blocks += replying_blocks(run, course.live)
        case Recapping():
            blocks += _recapping(run, course.live)
        case Choosing():
            blocks += _choosing(run, course.live)
    if course.over and not isinstance(course.live, Rounding | Choosing):
        blocks.append(Text(f"{closing(run)} {_goes_on(run)}"))
    if any(isinstance(block, Buttons) for block in blocks):
        blocks.append(Divider())  # what is for everybody ends here; what steers the session begins
    blocks.append(Text(clock_line(run, now)))
    if course.at == 0 and scope(run.setting):
        blocks.append(Text(scope(run.setting), muted=True))
    blocks.append(steering_row(run))
    return Card(title, tuple(blocks))


def _talk(run: Running, talk: Talk, now: datetime) -> list[Block]:
    setting, step = run.setting, run.course.step
    if step.kind == "break":
        words = fill(step.text, setting) if step.text else "Away from the screen, if you can."
        return [Text(words)]
    said = (talk.brought,) if talk.brought else lead(setting, step, talk.question)
    lines: list[Block] = [Text(line) for line in said]
    before = run.course.parts[run.course.at - 1].step if run.course.at else None
    told = {
        "silent": "What was written is in the thread, without names.",
        "breakout": "What came back is in the thread.",
    }
    if before is not None and before.kind in told and run.gathered.of(before.id):
        lines.append(Text(told[before.kind]))
    if talk.think is not None and now < talk.think:
        length = step.think_seconds
        span = "First minute" if length == 60 else f"First {length} seconds" if length % 60 else ""
        span = span or f"First {length // 60} minutes"
        lines.append(Text(f"{span}: think, write, no talk."))
    if step.takes_questions:
        lines.append(Buttons((button(setting.id, "Add a question", "question", asks=True),)))
    return lines


def _rounding(run: Running, live: Rounding, title: str) -> tuple[str, list[Block]]:
    setting, step, turn = run.setting, run.course.step, str(live.calls)
    question = asked(setting, step) or fill(step.text, setting) or sentence(setting.topic)
    if live.speaker is None:
        everyone = f"Everybody who wanted has had a turn. {_goes_on(run)}"
        line = everyone if live.turns.everybody() else "Nobody is here yet."
        return title, [Text(line), Buttons((button(setting.id, "I'm in", "here"),))]
    speaker = who(live.speaker)
    row = [button(setting.id, "Done", "done", turn, primary=True)]
    if live.over:
        if not live.extended:
            row.append(button(setting.id, "+30 s", "more_time", turn))
        after = f"Next: {who(live.turns.following[0])}. No rush." if live.turns.following else "No rush."
        return f"Finish your thought, {speaker}", [Text(after), Buttons(tuple(row))]
    row.append(button(setting.id, "Pass", "pass", turn))
    if live.turns.can_come_back():
        row.append(button(setting.id, "Come back to me", "later", turn))
    row.append(button(setting.id, "Write it", "write", asks=True))
    lines: list[Block] = [Text(question)]
    if live.turns.following:
        first, *rest = live.turns.following
        then = f" Then {names(rest[:6])}." if rest else ""
        lines.append(Text(f"Next: {who(first)}.{then}"))
    back = live.speaker in live.turns.came_back
    heading = f"{speaker}, back to you" if back else f"{speaker}, your {span(live.seconds)}"
    return heading, [*lines, Buttons(tuple(row))]


def _grouped(run: Running, live: Grouped) -> list[Block]:
    setting, step = run.setting, run.course.step
    lines: list[Block] = [Text(line) for line in lead(setting, step)]
    groups = " ".join(f"{joined(who(member) for member in group)}." for group in live.groups)
    if len(live.groups) == 1 and len(live.groups[0]) == 1:
        lines.append(Text(f"Only {who(live.groups[0][0])} is here so far; whoever comes next joins."))
    else:
        lines.append(
            Text(f"Each group has its own message in the thread. {groups}" if groups else "Nobody is here yet.")
        )
    if live.back:
        lines.append(Text(plural(len(live.back), "1 sentence is back.", "{n} sentences are back.")))
    back = (button(setting.id, "One sentence back", "back", step.id, asks=True),) if step.reveal else ()
    lines.append(Buttons((*back, _here(setting))))
    return lines


def _writing(run: Running, live: Writing) -> list[Block]:
    setting, step = run.setting, run.course.step
    lines: list[Block] = [Text(line) for line in lead(setting, step)]
    if live.shown:
        lines.append(Text("The notes are in the thread, without names, in another order."))
        return lines
    promise = "Hidden until this step ends; then they appear together, without names."
    if live.named:
        promise = "Hidden until this step ends; then all answers appear together in the thread."
    lines.append(Text(promise if step.reveal else "Only you see what you write; nothing is shown."))
    count = len(live.notes)
    if step.reveal and count > 1 and live.named:
        lines.append(Text(plural(count, "1 answer so far.", "{n} answers so far.")))
    elif step.reveal and count > 1:
        lines.append(Text(plural(count, "1 note so far.", "{n} notes so far.")))
    lines.append(Buttons((button(setting.id, "Write", "jot", step.id, asks=True, primary=True),)))
    return lines


def _recapping(run: Running, live: Recapping) -> list[Block]:
    setting, step = run.setting, run.course.step
    wanted = "; ".join(COLLECTED[one] for one in step.collects if one in COLLECTED)
    together = (f"Say it together: {wanted or 'what stays'}.",)
    lines: list[Block] = [Text(line) for line in (lead(setting, step) if step.text or step.questions else together)]
    if live.written:
        lines.append(Text("The recap is written. It is posted when the session ends."))
        label = "Change the recap"
    else:
        lines.append(Text(f"{who(setting.note_taker)} writes it down; anybody can help."))
        label = "Write the recap"
    lines.append(Buttons((button(setting.id, label, "recap", asks=True, primary=not live.written),)))
    return lines


def _choosing(run: Running, live: Choosing) -> list[Block]:
    setting, step, found = run.setting, run.course.step, live.ballot

    def to(verb: str) -> Action:
        again = isinstance(found, Voting) and found.is_run_off
        return Action("guides", setting.id, verb, f"{step.id}+" if again else step.id)

    lead = [Text(fill(step.text, setting) or asked(setting, step) or sentence(setting.topic))]
    match found:
        case Collecting(ideas=ideas):
            row = [button(setting.id, "Add an idea", "idea", step.id, asks=True, primary=True)]
            if len(ideas) > 1:
                row.append(button(setting.id, "Open the vote", "open_vote"))
            shown = [Text(f"{idea.id}. {words(idea)}") for idea in ideas]
            if setting.days:
                row.append(button(setting.id, "Summary", "recap", asks=True))
            wanted = [] if len(ideas) > 1 else [Text("A vote takes two ideas or more.")]
            return [*lead, *shown, *wanted, Buttons(tuple(row))]
        case Voting():
            return [*lead, *open_blocks(found, to)]
        case Tied(level=level):
            names_ = joined(idea.text for idea in level)
            decides = f"{who(setting.facilitator)} decides and says why."
            row = [button(setting.id, "Decide", "decide", asks=True, primary=True)]
            return [
                *map(Text, result_lines(found, live.known)),
                Text(f"Level: {names_}. {decides}"),
                Buttons(tuple(row)),
            ]
        case Settled():
            reason = [Text(f"Why: {sentence(found.reason)}")] if found.reason else []
            reason += [] if setting.days else [Text(_goes_on(run))]
            return [*map(Text, result_lines(found, live.known)), Text(outcome(found)), *reason]


def span(seconds: int) -> str:
    """`minute`, `90 seconds`, `2 minutes`: the length of a turn after "your"."""
    if seconds == 60:
        return "minute"
    return f"{seconds // 60} minutes" if seconds % 60 == 0 else f"{seconds} seconds"


def _here(setting: Setting) -> Button:
    return button(setting.id, "I'm here", "here")


def closing(run: Running) -> str:
    step = run.course.step
    if step.kind == "breakout" and stay_together(run):
        return "Stay in your groups; the next question comes to you."
    return CLOSING.get(step.kind, FINISH)


def _goes_on(run: Running) -> str:
    """`Lena presses Next.`: who, and what the button is called."""
    return f"{either(run.setting.steerers())} presses {'End' if run.course.is_last else 'Next'}."


FINISH = "Finish the sentence."
CLOSING = {  # at the soft end, where people are not in the middle of a sentence they speak to all
    "breakout": "Come back together.",
    "silent": "Finish the note you are on.",
    "break": "Welcome back.",
}
