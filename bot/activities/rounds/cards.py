"""What a live round says."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.activities.rounds.model import DIRECT, Closed, Gathering, Paused, Planned, Running, Setting
from bot.kernel.cards import Action, Button, Buttons, Card, Form, Note, Text, TextField, hint
from bot.kernel.ids import Member
from bot.kernel.words import listed, mention, plural, when, who


def planned_card(state: Planned) -> Card:
    """Private: the answer to whoever planned it."""
    lines = (
        Text(f"{sentence(state.setting.topic)} I ask who is here {when(state.at, 'date_time')}."),
        Text("Whoever is not there can add two sentences in writing afterwards."),
        Buttons((_button(state.setting, "Drop it", "drop"),)),
    )
    return Card("A round is planned", lines)


def gathering_card(state: Gathering) -> Card:
    setting = state.setting
    lines = [Text(f"{setting.topic}, about {length(setting.seconds)} each. Passing is fine.")]
    if state.present:
        lines.append(Text(f"In so far: {_names(state.present)}."))
    lines.append(Text(f"Starts at {when(state.starts)}, or when {who(setting.host)} starts it."))
    row = (_button(setting, "I'm in", "in", primary=True), _button(setting, "Start now", "now"))
    return Card("Who is here for a round?", (*lines, Buttons(row)))


def turn_card(run: Running) -> Card:
    """The one card of the round while somebody speaks; its buttons stay in one place."""
    setting, speaker, turn = run.setting, who(run.speaker), str(run.calls)
    row = [_button(setting, "Done", "done", turn, primary=True)]
    if run.over:
        if not run.extended:
            row.append(_button(setting, "+30 s", "more_time", turn))
        line = _next_line(run, " No rush.") if run.turns.following else Text("No rush. After you the round closes.")
        return Card(f"Finish your thought, {speaker}", (line, Buttons(tuple(row)), _second_row(run)))
    row.append(_button(setting, "Pass", "pass", turn))
    if run.turns.can_come_back():
        row.append(_button(setting, "Come back to me", "later", turn))
    row.append(_button(setting, "Write it", "write", asks=True))
    back = run.speaker in run.turns.came_back
    title = f"{speaker}, back to you" if back else f"{speaker}, your {span(setting.seconds)}"
    lines = [Text(sentence(setting.topic))]
    if run.turns.following:
        lines.append(_next_line(run))
    elif back:
        lines = [Text("Take your time, or pass. After you the round closes.")]
    else:
        lines.append(Text("You are the last one. After you the round closes."))
    return Card(title, (*lines, Buttons(tuple(row)), _second_row(run)))


def call_line(run: Running) -> Card:
    """The thread line that calls the person up. The only mention there is."""
    after = f" {who(run.turns.following[0])} is next." if run.turns.following else ""
    return hint(f"{mention(run.speaker)}, you are up.{after}")


def over_cue(run: Running) -> Card:
    """Private, to the timekeeper, else the host, at zero."""
    return hint(f'{who(run.speaker)}\'s time is up. You could say: "One last sentence?" Nobody is cut off.')


def more_card(run: Running | Paused, *, steers: bool) -> Card:
    """Private: what this person may do besides their own turn."""
    setting = run.setting if isinstance(run, Running) else run.run.setting
    calls = str(run.calls if isinstance(run, Running) else run.run.calls)
    go = _button(setting, "I have to go", "go")
    if not steers:
        line = f"{who(setting.host)} hosts this round and can skip, pause or end it."
        return Card("More", (Text(line), Buttons((go,))))
    if isinstance(run, Paused):
        resume = Buttons((_button(setting, "Resume", "resume", primary=True), _button(setting, "End", "end")))
        return Card("More", (Text("The round is paused."), resume))
    steering = (
        _button(setting, "Skip", "skip", calls),
        _button(setting, "Pause", "pause"),
        _button(setting, "End", "end"),
        go,
    )
    line = f"Skip is for {who(run.speaker)} not being here; the turn goes on, and nobody is told."
    return Card("More", (Text(line), Text("Only you see this.", muted=True), Buttons(steering)))


def paused_card(state: Paused) -> Card:
    run = state.run
    after = f" {_names(run.turns.following)} {'comes' if len(run.turns.following) == 1 else 'come'} after."
    lines = [Text(f"{who(run.speaker)} was up.{after if run.turns.following else ''}")]
    if state.away is not None:
        lines.insert(0, Text(f"I was away for {duration(state.away)}; nothing is lost."))
    row = (_button(run.setting, "Resume", "resume", primary=True), _button(run.setting, "End", "end"))
    return Card("Round paused", (*lines, Buttons(row)))


def back_line(run: Running, away: timedelta) -> Card:
    """In the thread, once, after the bot was away for a short while."""
    return hint(
        f"I was away for {duration(away)}; nothing is lost. "
        f"{mention(run.speaker)}, take a fresh {span(run.setting.seconds)}."
    )


def over_card() -> Card:
    """What the live card becomes when the result stands beside it."""
    return Card("This round is done", (Text("The result is the next message in this channel."),))


def not_started_card(because: str) -> Card:
    return Card("The round did not start", (Text(because), Text("Start another one when it suits: /moderato round.")))


def result_card(state: Closed, *, open_: bool = True) -> Card:
    lines = [Text(line) for line in result_lines(state)]
    if not open_:
        return Card("Round done", tuple(lines))
    lines.append(Text(f"Not there? Add yours in writing until {when(state.until, 'day_time')}."))
    row = (_button(state.setting, "Add mine", "add", asks=True), _button(state.setting, "Keep this", "keep"))
    return Card("Round done", (*lines, Buttons(row)))


def result_lines(state: Closed) -> list[str]:
    """How it went, without a name."""
    took = plural(len(state.took_part), "1 took part", "{n} took part") if state.took_part else "nobody took a turn"
    minutes = plural(state.minutes, "1 minute", "{n} minutes")
    later = [plural(len(state.added), "1 was added later.", "{n} were added later.")] if state.added else []
    return [f"{state.setting.topic.rstrip('.')}: {took}, {minutes}.", *later]


def absent_card(state: Closed) -> Card:
    """Direct message to somebody expected in a planned round who was not there."""
    return Card(
        "Your team had a round today",
        (
            Text(f"{sentence(state.setting.topic)} It was spoken, so there is nothing to read up on."),
            Text(
                "Want to add two sentences? They go to the thread under your name until "
                f"{when(state.until, 'day_time')}."
            ),
            Text("Doing nothing is fine. I won't ask again."),
            Buttons(
                (
                    _button(state.setting, "Write mine", "add", DIRECT, asks=True, primary=True),
                    _button(state.setting, "No thanks", "no_thanks"),
                )
            ),
        ),
    )


def absent_answered(*, wrote: bool, label: str) -> Card:
    if wrote:
        return Card("Added", (Text(f"It is in the thread, marked later. Everyone in {label} can read it."),))
    return Card("Your team had a round today", (Text("Nothing added, and nobody is told."),))


def absent_over() -> Card:
    return Card("Your team had a round today", (Text("The round is filed now. Nothing is asked of you."),))


def write_form(setting: Setting, verb: str, argument: str = "") -> Form:
    """For anyone who cannot or does not want to speak. *argument* comes back with it."""
    return Form(
        "Write it",
        (
            Note(f"{sentence(setting.topic)} Two sentences are plenty."),
            TextField("text", "Your words", long=True, most=1000),
            Note(f"Everyone in {setting.team_label} can read it, under your name, in the thread."),
        ),
        Action("rounds", setting.id, verb, argument),
        "Send",
    )


def written_line(member: Member, text: str, *, later: bool = False) -> Card:
    return hint(f"{who(member)}{' (later)' if later else ''}: {text}")


def order_line(run: Running, member: Member) -> str:
    """Where somebody who pressed out of turn comes."""
    waiting = run.turns.following
    if member not in waiting:
        return "Nothing changed."
    place = waiting.index(member)
    before = run.speaker if place == 0 else waiting[place - 1]
    return f"You come after {who(before)}. Nothing changed."


def sentence(topic: str) -> str:
    """A topic as a sentence of its own."""
    return topic if topic[-1:] in ".?!…" else f"{topic}."


def span(seconds: int) -> str:
    """`minute`, `90 seconds`, `2 minutes`: the length of a turn after "your"."""
    if seconds == 60:
        return "minute"
    if seconds % 60 == 0:
        return f"{seconds // 60} minutes"
    return f"{seconds} seconds"


def length(seconds: int) -> str:
    return "a minute" if seconds == 60 else span(seconds)


def duration(gap: timedelta) -> str:
    """`70 seconds`, `42 minutes`, `3 hours`: as exact as somebody who waited would say it."""
    seconds = max(1, round(gap.total_seconds()))
    if seconds < 120:
        return plural(seconds, "1 second", "{n} seconds")
    if seconds < 7200:
        return plural(round(seconds / 60), "1 minute", "{n} minutes")
    return plural(round(seconds / 3600), "1 hour", "{n} hours")


def ended_at(ended: datetime) -> str:
    return f"The round ended at {when(ended)}, so nothing changed."


def stale_card(state: Closed) -> Card:
    row = (_button(state.setting, "Show the result", "result"),)
    return Card("This card is from before", (Text(ended_at(state.ended)), Buttons(row)))


def _second_row(run: Running) -> Buttons:
    return Buttons((_button(run.setting, "I'm in", "in"), _button(run.setting, "More", "more")))


def _next_line(run: Running, after: str = "") -> Text:
    first, *rest = run.turns.following
    then = f" Then {_names(tuple(rest[:6]))}{' and others' if len(rest) > 6 else ''}." if rest and not after else ""
    return Text(f"Next: {who(first)}.{then}{after}")


def _names(members: tuple[Member, ...]) -> str:
    return listed(who(member) for member in members)


def _button(
    setting: Setting, label: str, verb: str, argument: str = "", *, primary: bool = False, asks: bool = False
) -> Button:
    return Button(label, Action("rounds", setting.id, verb, argument), "primary" if primary else "plain", asks)
