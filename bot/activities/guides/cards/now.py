"""The one card of a session while it runs, and what stands under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards.days import replying_blocks
from bot.activities.guides.cards.parts import (
    AIMS,
    asked,
    button,
    clock_line,
    either,
    joined,
    lead,
    lower,
    minutes,
    names,
    scope,
    sentence,
    steering_row,
    until,
)
from bot.activities.guides.model import (
    Choosing,
    Grouped,
    Lobby,
    Paused,
    Recapping,
    Replying,
    Rounding,
    Running,
    Setting,
    Talk,
    Writing,
    fill,
)
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Divider, Link, Text, hint
from bot.kernel.content import Step
from bot.kernel.ids import Member
from bot.kernel.words import mention, plural, when, who
from bot.pieces.ballot import Collecting, Idea, Settled, Tied, Voting
from bot.pieces.voting import open_blocks, outcome, result_lines, words

COLLECTED = {
    "key_points": "what stays",
    "decisions": "what was decided, and why",
    "actions": "who does what by when",
    "next_question": "the question for next time",
    "parked": "what was parked",
    "closing_words": "closing words",
}


def lobby_card(state: Lobby) -> Card:
    """The session is about to begin; people say that they are here."""
    setting = state.setting
    aim = AIMS[setting.goal]
    about = ", ".join([*([setting.title] if setting.topic else []), minutes(setting.minutes), aim])
    about = setting.title if setting.quick else about
    lines: list[Block] = [Text(f"{about}. Host: {who(setting.facilitator)}.")]
    if scope(setting):
        lines.append(Text(scope(setting)))
    if setting.open_actions:
        lines.append(
            Text(f"Still open from before: {' '.join(one[:1].upper() + one[1:] for one in setting.open_actions[:3])}")
        )
    if state.present:
        lines.append(Text(f"Here so far: {names(state.present)}."))
    lines.append(Text(f"{either(setting.steerers())} starts it. Nothing begins by itself."))
    if setting.rules and not (setting.quick or setting.rehearsal):
        lines.append(Text(f"Ground rules: {setting.rules_title}. They are in the thread.", muted=True))
    row = [button(setting.id, "I'm here", "here", primary=True), button(setting.id, "Start", "begin")]
    if setting.link:
        lines.append(Buttons((*row, Link("Join the call", setting.link))))
    else:
        lines.append(Buttons(tuple(row)))
    return Card(_topic(setting), tuple(lines))


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
        blocks.append(Text(f"{_closing(run)} {_goes_on(run)}"))
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


def run_off_line(run: Running) -> Card:
    return hint(f"The count is level. Once more among those, until {until(run.setting, run.course.ends)}.")


def count_card(run: Running, found: Settled | Tied, known: tuple[Idea, ...] = ()) -> Card:
    """In the thread: the count. Who voted for what is not kept anywhere."""
    lines = [Text(line) for line in result_lines(found, known)]
    if isinstance(found, Settled):
        lines.append(Text(outcome(found)))
    else:
        lines.append(Text(f"Level: {joined(idea.text for idea in found.level)}."))
    return Card(f"The count: {run.course.step.title}"[:60], tuple(lines))


def outcome_line(found: Settled) -> Card:
    against = f" What spoke against it: {sentence(found.against)}" if found.against else ""
    return hint(f"{outcome(found)} Why: {sentence(found.reason)}{against}")


def step_line(run: Running) -> Card:
    """The thread line that says what begins."""
    course, step = run.course, run.course.step
    setting = run.setting
    length = minutes(max(1, round((course.ends - course.begun).total_seconds() / 60)))
    words = fill(step.text, setting) if step.text else asked(setting, step)
    if step.kind == "break":
        words = f"Back at {when(course.ends)}."
    return hint(f"{step.title}, {length}, until {until(setting, course.ends)}. {words}".strip())


def over_line(run: Running) -> Card:
    """In the thread, at the soft end of a step."""
    live, step, closing = run.course.live, run.course.step, _closing(run)
    if isinstance(live, Rounding):
        closing = "Whoever is still to come has a turn; one sentence is plenty." if live.speaker is not None else ""
    return hint(f"{step.title}: the time is up. {closing}".strip())


def call_line(live: Rounding, *, quietly: bool = False) -> Card:
    """The thread line that calls the person up: the only mention there is."""
    assert live.speaker is not None
    after = f" {who(live.turns.following[0])} is next." if live.turns.following else ""
    up = who(live.speaker) if quietly else mention(live.speaker)
    return hint(f"{up}, you are up.{after}")


def group_card(setting: Setting, step: Step, group: tuple[Member, ...], ends: datetime) -> Card:
    """In the thread: one group, its questions, its time."""
    people = joined((who if setting.rehearsal else mention)(member) for member in group)
    questions = lead(setting, replace(step, text="" if step.questions else step.text))
    row = (Buttons((button(setting.id, "One sentence back", "back", step.id, asks=True),)),) if step.reveal else ()
    return Card("Your group", (Text(f"{people}, until {until(setting, ends)}."), *map(Text, questions), *row))


def notes_card(title: str, notes: tuple[str, ...]) -> Card:
    """In the thread: what was written in silence, without names."""
    if not notes:
        return hint(f"{title}: nothing was written.")
    return Card(title, tuple(Text(f"{number}. {note}") for number, note in enumerate(notes, 1)))


def written_line(member: Member, text: str) -> Card:
    return hint(f"{who(member)}: {text}")


def joined_line(member: Member, group: tuple[Member, ...]) -> Card:
    """In the thread: somebody came later and has a group."""
    return hint(f"{mention(member)}, you are with {joined(who(one) for one in group)}.")


def half_cue(run: Running) -> Card:
    """Private, at half time: a sentence, and the question that could come next."""
    step, live = run.course.step, run.course.live
    line = HALF.get(step.kind, 'You could say: "Half time. What must we still touch?"')
    if isinstance(live, Grouped) and (step.keep_groups or _stay_together(run)):
        line = "Half of the time is left. The groups need nothing from you now."  # one speaks, the other comes later
    lines = [Text(line)]
    if isinstance(live, Talk) and len(step.questions) > 1:
        other = fill(step.questions[(live.question + 1) % len(step.questions)].text, run.setting)
        lines.append(Text(f"Another question, if it helps: {other}"))
    return Card(f"Half time of {lower(step.title)}"[:60], (*lines, ONLY_YOU, _cue_row(run)))


def two_cue(run: Running) -> Card:
    """Private, two minutes before the end of a step."""
    step, live = run.course.step, run.course.live
    line = TWO.get(step.kind, 'You could say: "Two minutes. What must we still touch?"')
    if isinstance(live, Grouped) and not step.reveal:
        then = "change over" if _stay_together(run) else "come back together"
        line = f'You could write in the thread: "Two minutes, then {then}."'
    if isinstance(live, Rounding) and live.speaker is None:
        line = "Everybody who wanted has had a turn. You can go on."
    if isinstance(live, Recapping) and live.written:
        line = "The recap is written. You can go on."
    return Card("2 minutes to the end of this step", (Text(line), ONLY_YOU, _cue_row(run)))


def turn_cue(live: Rounding) -> Card:
    """Private, when somebody's turn is over."""
    assert live.speaker is not None
    return hint(f'{who(live.speaker)}\'s time is up. You could say: "One last sentence?" Nobody is cut off.')


def prompt_card(run: Running) -> Card | None:
    """Private, to the host at the start of a step: what they could say."""
    step = run.course.step
    if not step.say:
        return None
    lines = [Text(f'You could say: "{fill(step.say, run.setting)}"')]
    if step.tip:
        lines.append(Text(fill(step.tip, run.setting)))
    if step.takes_questions and run.setting.questions:
        lines.append(Text("More has the questions that were asked, most wanted first."))
    if step.kind == "vote":
        lines.append(Text("More can merge two ideas that say the same. Next closes the vote and counts."))
    return Card(step.title, (*lines, ONLY_YOU))


def wanted_card(run: Running, role: str) -> Card:
    """In the thread: a role is free. Nobody is named who had it or was expected."""
    title, line = {
        "note_taker": (
            "Who takes the notes from here?",
            "Three key points and who does what. I bring up the form at the end.",
        ),
        "timekeeper": ("Who keeps the time from here?", "You press Next and watch the end. I tell you when."),
    }.get(role, ("Who hosts from here?", "The card says what comes next; you press Next."))
    row = Buttons((button(run.setting.id, "I'll do it", "take", role, primary=True),))
    return Card(title, (Text(line), Text("The first tap has it."), row))


def taken_card(role: str, member: Member) -> Card:
    doing = {"note_taker": "takes the notes", "timekeeper": "keeps the time"}.get(role, "hosts")
    return hint(f"{who(member)} {doing} from here. Thank you, {who(member)}.")


def going_on_card(run: Running) -> Card:
    """In the thread, after ten quiet minutes."""
    row = (button(run.setting.id, "Yes, we go on", "go_on", primary=True), button(run.setting.id, "End", "end"))
    line = "Nobody has pressed anything for ten minutes. In ten more I close it, and what is noted stays."
    return Card("Is this session still going?", (Text(line), Buttons(row)))


def undone_line(run: Running) -> Card:
    """In the thread: somebody pressed too early."""
    return hint(f"Back to {run.course.step.title}, until {until(run.setting, run.course.ends)}.")


def closed_line() -> Card:
    return hint("Closed, because nobody pressed anything. What was noted is kept.")


def went_on_card() -> Card:
    return hint("The session goes on.")


def paused_card(state: Paused) -> Card:
    run = state.run
    lines = [Text(f"{run.course.step.title} goes on when somebody resumes it; its time stands still.")]
    if state.away is not None:
        lines.insert(0, Text(f"I was away for {duration(state.away)}; nothing is lost."))
    row = (
        button(run.setting.id, "Resume", "resume", primary=True),
        button(run.setting.id, "End", "end"),
        button(run.setting.id, "Note", "note", asks=True),
    )
    return Card("Session paused", (*lines, Buttons(row)))


def back_line(run: Running, away: timedelta) -> Card:
    """In the thread, once, after the bot was away for a short while."""
    line = f"I was away for {duration(away)}; nothing is lost."
    live = run.course.live
    if isinstance(live, Rounding) and live.speaker is not None:
        line += f" {mention(live.speaker)}, take a fresh {span(live.seconds)}."
    return hint(line)


def ending_card(run: Running) -> Card:
    return Card(_topic(run.setting), (Text("The session is closing."),))


def over_card(setting: Setting, took: int, people: int, *, record: bool, lines: tuple[str, ...] = ()) -> Card:
    """What the card becomes when the session is over."""
    planned = setting.minutes
    took_part = plural(people, "1 took part", "{n} took part") if people else "nobody took part"
    whole = minutes(round(took / 60) * 60) if setting.days else minutes(took)
    spent = whole if setting.quick or setting.days else f"{whole}; {planned} were planned"
    of = f"{setting.title}: " if setting.topic else ""
    said = sentence(f"{of}{took_part}, {spent}")
    blocks: list[Block] = [Text(said[:1].upper() + said[1:]), *map(Text, lines)]
    if record:
        blocks.append(Text("The recap is in the thread."))
    if people and not (setting.quick or setting.rehearsal):
        yes = button(setting.id, "It helped", "rate", f"1 {setting.guide}")
        no = button(setting.id, "It did not", "rate", f"0 {setting.guide}")
        blocks += [Text("Did this guide help?"), Buttons((yes, no))]
    return Card(f"Done: {_topic(setting)}"[:60], tuple(blocks))


def not_started_card(because: str) -> Card:
    again = "Start it when it suits: /moderato session start."
    return Card("The session did not start", (Text(because), Text(again)))


def span(seconds: int) -> str:
    """`minute`, `90 seconds`, `2 minutes`: the length of a turn after "your"."""
    if seconds == 60:
        return "minute"
    return f"{seconds // 60} minutes" if seconds % 60 == 0 else f"{seconds} seconds"


def duration(gap: timedelta) -> str:
    """`70 seconds`, `42 minutes`, `3 hours`: as exact as somebody who waited would say it."""
    seconds = max(1, round(gap.total_seconds()))
    if seconds < 120:
        return plural(seconds, "1 second", "{n} seconds")
    if seconds < 7200:
        return plural(round(seconds / 60), "1 minute", "{n} minutes")
    return plural(round(seconds / 3600), "1 hour", "{n} hours")


def _topic(setting: Setting) -> str:
    topic = setting.topic or setting.title
    topic = topic[:1].upper() + topic[1:]
    return topic if len(topic) <= 60 else f"{topic[:59]}…"


def _here(setting: Setting) -> Button:
    return button(setting.id, "I'm here", "here")


def _cue_row(run: Running) -> Buttons:
    setting, serial = run.setting, str(run.serial)
    return Buttons((button(setting.id, "+5 min", "extend", serial), button(setting.id, "Next", "next", serial)))


def _stay_together(run: Running) -> bool:
    """Whether the same small groups go on in the step that follows."""
    course = run.course
    following = None if course.is_last else course.parts[course.at + 1].step
    return following is not None and following.kind == "breakout" and following.keep_groups


def _closing(run: Running) -> str:
    step = run.course.step
    if step.kind == "breakout" and _stay_together(run):
        return "Stay in your groups; the next question comes to you."
    return CLOSING.get(step.kind, FINISH)


def _goes_on(run: Running) -> str:
    """`Lena presses Next.`: who, and what the button is called."""
    return f"{either(run.setting.steerers())} presses {'End' if run.course.is_last else 'Next'}."


ONLY_YOU = Text("Only you see this.", muted=True)
IN_THREAD = {  # what the step before left there
    "silent": "What was written is in the thread, without names.",
    "breakout": "What came back is in the thread.",
}
FINISH = "Finish the sentence."
CLOSING = {  # at the soft end, where people are not in the middle of a sentence they speak to all
    "breakout": "Come back together.",
    "silent": "Finish the note you are on.",
    "break": "Welcome back.",
}
HALF = {
    "breakout": 'You could write in the thread: "Half time. Has everybody had a turn to speak?"',
    "silent": "Half of the quiet time is left. Nothing needs to be said.",
}
TWO = {
    "breakout": 'You could write in the thread: "Two minutes. Which sentence do you bring back?"',
    "silent": 'You could say, quietly: "Two minutes. Finish the note you are on."',
    "round": 'You could say: "Two minutes for all who are still to come. One sentence is plenty."',
    "breath": 'You could say: "Two minutes for all who are still to come. A few words are plenty."',
    "vote": 'You could say: "Two minutes. Give the dots that you still have."',
    "recap": 'You could say: "Two minutes. Who does what, by when?"',
}
