"""One small, good file of each kind, and ways to spoil it."""

from __future__ import annotations

from pathlib import Path

from bot.kernel.content import Library
from bot.library import validate_text
from bot.library.files import Content

CATEGORY = """\
kind: checkin_category
id: learned
title: "Learned this week"
language: "en"
depth: 1
prompts:
  - id: learned-01
    text: "What do you know today that you did not know on Monday?"
  - id: learned-02
    text: "Which small trick saved you time?"
    hint: "A shortcut, a phrase, a person to ask."
    not_for: ["first_two_weeks"]
"""

GUIDE = """\
kind: guide
id: learning-hour
version: 1
title: "Learning hour"
purpose: "Check-in, guided talk, questions and recap."
goal_type: explore
mode: live
group_size: [3, 14]
total_minutes: 60
scalable: true
steps:
  - id: checkin
    kind: round
    title: "Check-in round"
    minutes: 10
    min_minutes: 5
    seconds_per_person: 60
  - id: talk
    kind: open
    title: "Guided discussion"
    minutes: 30
    min_minutes: 10
    flex: true
    questions:
      - text: "Where does {topic} show up in your work?"
  - id: pairs
    kind: breakout
    title: "Questions or pairs"
    minutes: 15
    min_minutes: 5
    size: 2
  - id: recap
    kind: recap
    title: "Recap"
    minutes: 5
    min_minutes: 3
    collects: [key_points, decisions]
"""

SURVEY = """\
kind: survey
id: session-micro
version: 1
title: "After the session"
mode: anonymous
minimum_group: 5
scales:
  agree5:
    type: likert
    labels: ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]
    favourable: [4, 5]
questions:
  - id: worth
    text: "The session was worth the time."
    scale: agree5
  - id: change
    text: "One thing to change next time?"
    type: text
    required: false
report:
  audience: team
  index:
    - id: value
      title: "Session value"
      items: [worth]
"""

ROLE = """\
---
kind: role
id: timekeeper
title: "Timekeeper"
rotates: session
duties:
  - "Press Next, +5 or Pause."
  - "Give a sign at half time."
  - "Protect the breaks."
---

Keeps the time.

- [ ] Find the buttons.
"""

RULES = """\
kind: ground_rules
id: core
title: "Core rules"
rules:
  - id: pass
    text: "Pass is always fine."
"""

MOVE = """\
kind: move
id: M08
title: "Redirect softly"
when: {signal: top_share, above: 0.40}
say: ["Who sees it differently?"]
"""

TEMPLATE = """\
kind: template
id: general
title: "Learning team"
rhythm:
  - {what: checkin, every: week, day: "tue", time: "09:30", category: learned}
rules: core
"""

TAGS = """\
kind: tags
tags:
  - id: team_building
    title: "Team building"
"""

FILES = {
    "checkins/learned.yml": CATEGORY,
    "guides/learning-hour.yml": GUIDE,
    "surveys/session-micro.yml": SURVEY,
    "roles/timekeeper.md": ROLE,
    "ground_rules/core.yml": RULES,
    "moves/moves.yml": MOVE,
    "templates/general.yml": TEMPLATE,
    "tags.yml": TAGS,
}


def but(text: str, old: str, new: str) -> str:
    """The text with one thing changed, wherever it first stands."""
    assert old in text
    return text.replace(old, new, 1)


def said(kind: str, text: str, library: Library | None = None) -> list[str]:
    """The messages about one text, without the name of the file."""
    _, problems = validate_text(kind, text, "x.yml", library)
    return [str(problem).removeprefix("x.yml ") for problem in problems]


def read(kind: str, text: str) -> Content:
    """The item in a text that must be good."""
    item, problems = validate_text(kind, text, "x.yml")
    assert problems == ()
    assert item is not None
    return item


def shelf(root: Path, **changes: str | None) -> Path:
    """A small prompts/ folder. Changes are named like files, with __ for / and no ending; None leaves a file out."""
    files: dict[str, str | None] = dict(FILES)
    for name, text in changes.items():
        path = name.replace("__", "/")
        files[path + (".md" if "roles/" in path else ".yml")] = text
    return write(root, files)


def write(root: Path, files: dict[str, str | None]) -> Path:
    """Write files below a folder, and delete those that are None."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")
    return root
