"""Guides that a team writes itself, by form or as a file, again and again: who runs one keeps what they began with."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import count

from bot.kernel.decision import Reply
from bot.simulate.guides_account import Account
from bot.simulate.guides_held import running, setting_of
from bot.simulate.hands import Hands, card_of, form_of
from bot.simulate.host import Host
from bot.simulate.world import Channel, Somebody

FILE = """\
kind: guide
id: {id}
title: "{title}"
purpose: "Find one thing to change."
goal_type: decide
total_minutes: {total}
steps:
"""
STEPS = {
    "info": "  - {{id: frame, kind: info, title: 'Frame {mark}', minutes: 3}}",
    "silent": "  - {{id: notes, kind: silent, title: 'Notes {mark}', minutes: 5, questions: [{{text: 'Which?'}}]}}",
    "vote": "  - {{id: dots, kind: vote, title: 'Dots {mark}', minutes: 4, dots: 2, votes_on: notes}}",
    "breakout": "  - {{id: pairs, kind: breakout, title: 'Pairs {mark}', minutes: 6, questions: [{{text: 'Why?'}}]}}",
    "break": "  - {{id: rest, kind: break, title: 'Break {mark}', minutes: 5}}",
    "open": "  - {{id: talk, kind: open, title: 'Talk {mark}', minutes: 9, flex: true, questions: [{{text: 'How?'}}]}}",
    "breath": "  - {{id: last, kind: breath, title: 'Breath {mark}', minutes: 3, questions: [{{text: 'And?'}}]}}",
    "recap": "  - {{id: keep, kind: recap, title: 'Keep {mark}', minutes: 3, collects: [decisions, actions]}}",
}
MINUTES = {"info": 3, "silent": 5, "vote": 4, "breakout": 6, "break": 5, "open": 9, "breath": 3, "recap": 3}
ROWS = "Check-in {mark}, round, 5\nTalk {mark}, open, 12, What first?\nPairs {mark}, breakout, 6\nKeep {mark}, recap, 4"


class Own:
    """What was sent for each guide of each team. Every version carries a mark of its own in the titles of its steps."""

    def __init__(self, host: Host, account: Account) -> None:
        self.host, self.dice, self.account, self.hands = host, host.dice, account, Hands(host)
        self.sent: dict[tuple[str, str], list[str]] = defaultdict(list)  # channel, guide: marks in the order they went
        self.kept: dict[tuple[str, str], int] = {}  # and how many of them are surely there
        self.marks = count(1)
        self.checked: set[str] = set()

    def known(self, channel: Channel) -> list[str]:
        return sorted(guide for name, guide in self.kept if name == channel.name)

    def writes(self, channel: Channel, one: Somebody) -> str:
        """A new guide, or a known one once more; its id."""
        id = f"our-talk-{self.dice.randrange(3)}" if self.dice.random() < 0.55 else f"our-week-{self.dice.randrange(3)}"
        self.changes(channel, one, id)
        return id

    def changes(self, channel: Channel, one: Somebody, id: str) -> None:
        mark, key = f"m{next(self.marks)}", (channel.name, id)
        self.sent[key].append(mark)
        number = len(self.sent[key])
        by_form = id.startswith("our-week")

        def done(reply: Reply) -> None:
            card = card_of(reply)
            if card is None or card.title != "Your guide is kept":
                raise self.host.violated(f"{id} was not kept: {reply}")
            self.kept[key] = max(self.kept.get(key, 0), number)
            self.host.counts["own guides"] += 1
            self.host.counts[f"own guides by {'form' if by_form else 'file'}"] += 1
            runs = [running(state) for state in self.account.states.values()]
            self.host.counts["versions kept while one runs"] += any(
                run is not None and run.setting.guide == id and run.setting.place == channel.place for run in runs
            )

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                values = {"title": id.replace("-", " ").capitalize(), "purpose": "One thing to change."}
                self.hands.submits(one, form, channel.place, done, **values, steps=ROWS.format(mark=mark))

        def pasting(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(one, form, channel.place, done, text=text)

        if by_form:
            self.hands.types(one, channel.place, "guide new", opened)
            return
        wanted = [kind for kind in STEPS if kind == "open" or self.dice.random() < 0.75]
        wanted = [kind for kind in wanted if kind != "vote" or "silent" in wanted]
        head = FILE.format(id=id, title=id.replace("-", " ").capitalize(), total=sum(MINUTES[one] for one in wanted))
        text = head + "\n".join(STEPS[kind].format(mark=mark) for kind in wanted) + "\n"
        if self.dice.random() < 0.5:
            self.hands.types(one, channel.place, f"guide add\n{text}", done)  # as a file that was sent arrives
        else:
            self.hands.types(one, channel.place, "guide add", pasting)

    def judge(self) -> list[str]:
        """Whoever ran a guide of their own ran one version of it: the newest there was, or one that was on its way."""
        wrong = []
        for id, run in self.account.runs.items():
            setting = setting_of(run)
            assert setting is not None
            channel = self.host.world.at_place(setting.place.workspace, setting.place.channel)
            if channel is None or (channel.name, setting.guide) not in self.sent:
                continue
            self.host.counts["own guides run"] += 1
            marks = {found for step in setting.steps for found in re.findall(r" (m\d+)$", step.title)}
            if len(marks) != 1 or not marks <= set(self.sent[channel.name, setting.guide]):
                wrong.append(f"{id} has steps of {sorted(marks)}")
            elif any(part.step.title.rsplit(" ", 1)[-1] not in marks for part in run.course.parts):
                wrong.append(f"{id} went on with another version than it began with")
        return wrong
