"""The card before a session begins, while it is paused, and when it is over."""

from __future__ import annotations

from bot.activities.guides.cards.now.thread import duration
from bot.activities.guides.cards.parts import AIMS, button, either, minutes, names, scope, sentence
from bot.activities.guides.model import Lobby, Paused, Running, Setting
from bot.kernel.cards import Block, Buttons, Card, Link, Text
from bot.kernel.words import plural, who


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
    if setting.product and "checkpoint" in setting.guide:
        lines.append(Text(setting.product))
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


def _topic(setting: Setting) -> str:
    topic = setting.topic or setting.title
    topic = topic[:1].upper() + topic[1:]
    return topic if len(topic) <= 60 else f"{topic[:59]}…"
