"""Private words for whoever hosts or keeps time."""

from __future__ import annotations

from bot.activities.guides.cards.parts import button, lower
from bot.activities.guides.model import Grouped, Recapping, Rounding, Running, Talk, fill
from bot.kernel.cards import Buttons, Card, Text, hint
from bot.kernel.words import who


def half_cue(run: Running) -> Card:
    """Private, at half time: a sentence, and the question that could come next."""
    step, live = run.course.step, run.course.live
    line = HALF.get(step.kind, 'You could say: "Half time. What must we still touch?"')
    if isinstance(live, Grouped) and (step.keep_groups or stay_together(run)):
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
        then = "change over" if stay_together(run) else "come back together"
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


def _cue_row(run: Running) -> Buttons:
    setting, serial = run.setting, str(run.serial)
    return Buttons((button(setting.id, "+5 min", "extend", serial), button(setting.id, "Next", "next", serial)))


def stay_together(run: Running) -> bool:
    """Whether the same small groups go on in the step that follows."""
    course = run.course
    following = None if course.is_last else course.parts[course.at + 1].step
    return following is not None and following.kind == "breakout" and following.keep_groups


ONLY_YOU = Text("Only you see this.", muted=True)
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
