"""What a discussion over days shows beside its card: answers, replies, a pointer for each new step."""

from __future__ import annotations

from bot.activities.guides.cards.parts import asked, button, sentence, until
from bot.activities.guides.model import MOST_NOTE, Answer, Replying, Running, Setting, fill
from bot.kernel.cards import (
    Action,
    Block,
    Buttons,
    Card,
    Form,
    FormField,
    Link,
    Note,
    Option,
    PickField,
    Text,
    TextField,
    hint,
)
from bot.kernel.words import plural, who


def pointer_card(run: Running) -> Card:
    """In the channel: an edit notifies nobody, so each new step is pointed to once."""
    setting, course = run.setting, run.course
    topic = sentence(setting.topic or setting.title)
    line = f"{topic[:1].upper()}{topic[1:]} The card with its buttons is further up."
    return Card(
        f"{course.step.title}, until {until(setting, course.ends)}"[:120],
        (Text(line), Buttons((Link("Go there", "message:card"),))),
    )


def answer_card(setting: Setting, number: int, answer: Answer) -> Card:
    """In the thread: one person's answer, and a way to reply to it."""
    by = f"{who(answer.member)}: " if answer.member else ""
    row = Buttons((button(setting.id, "Reply", "reply", str(number), asks=True),))
    return Card("", (Text(f"{by}{answer.text}"), row))


def nobody_line() -> Card:
    return hint("Nobody wrote an answer. The thread is open, and the next step begins all the same.")


def replying_blocks(run: Running, live: Replying) -> list[Block]:
    setting, step = run.setting, run.course.step
    lines: list[Block] = [Text(asked(setting, step) or fill(step.text, setting) or sentence(setting.topic))]
    count = len(live.replies)
    if count:
        lines.append(Text(plural(count, "1 reply so far.", "{n} replies so far.")))
    if count and _unanswered(run, live):  # without a name: nobody is shown as the one whom nobody answered
        lines.append(Text("Some answers have no reply yet; the form lists them first."))
    if run.answers:
        lines.append(Buttons((button(setting.id, "Reply to an answer", "reply", asks=True, primary=True),)))
    else:
        lines.append(Text("There are no answers to reply to. Write in the thread."))
    return lines


def _unanswered(run: Running, live: Replying) -> list[int]:
    """The numbers of the answers to which nobody has replied."""
    replied = {number for number, _ in live.replies}
    return [number for number in range(len(run.answers)) if number not in replied]


def reply_form(run: Running, chosen: str) -> Form:
    """Which answer, and one's words; those without a reply first, each with what it begins with."""
    live = run.course.live
    waiting = _unanswered(run, live) if isinstance(live, Replying) else []
    order = sorted(range(len(run.answers)), key=lambda number: number not in waiting)
    options = tuple(
        Option(str(number), f"{who(one.member) if one.member else 'Somebody'}: {one.text}"[:75])
        for number, one in ((number, run.answers[number]) for number in order)
    )
    value = chosen if any(option.value == chosen for option in options) else ""
    fields: tuple[FormField, ...] = (
        PickField("to", "Whose answer?", options[:100], value or options[0].value),
        TextField("text", "Your reply", long=True, most=MOST_NOTE, hint="Begin with what you understood."),
        Note(f"Everyone in {run.setting.team_label} can read it, under your name, in the thread."),
    )
    return Form("Reply", fields, Action("guides", run.setting.id, "replied"), "Send")


def reply_line(run: Running, number: int, reply: Answer) -> Card:
    to = run.answers[number].member
    by = who(reply.member) if reply.member else "Somebody"
    return hint(f"{by} to {who(to)}: {reply.text}" if to else f"{by}: {reply.text}")


def summary_card(run: Running) -> Card:
    """In the thread, while it can still be corrected: what the host reads in the answers."""
    lines = [Text(f"{number}. {sentence(point)}") for number, point in enumerate(run.gathered.points, 1)]
    more = Text("Not what you read? Say so in the thread, or press Summary on the card and change it.", muted=True)
    return Card("Summary so far", (*lines, more))


def vote_line(run: Running) -> Card:
    return hint(f"The vote is open until {until(run.setting, run.course.ends)}.")


def longer_card(run: Running) -> Card:
    """Private, to whoever gave it more time."""
    course = run.course
    return hint(f"{course.step.title} runs until {until(run.setting, course.ends)}. What comes after moves by as much.")


def half_cue(run: Running) -> Card:
    """Private, to the host, half way: what there is so far. Nobody is named who has not written."""
    live, course = run.course.live, run.course
    count = len(getattr(live, "notes", ()) or getattr(live, "replies", ()))
    there = plural(count, "1 contribution so far.", "{n} contributions so far.") if count else "Nothing is there yet."
    words = "You could write in the thread what you are curious about; it reminds people without naming anybody."
    lines = (Text(f"It is open until {until(run.setting, course.ends)}."), Text(there), Text(words))
    return Card(f"{course.step.title}: half time"[:60], lines)
