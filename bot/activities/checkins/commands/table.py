"""What can be typed and pressed, by whom, and what is read for it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.kernel.activity import Command, Facts, Level, Need, Roster
from bot.kernel.keeping import RETENTION

MANY = 20_000  # parts of one occurrence
STEERING = ("show", "skip", "move_form", "pause", "resume", "end", "another", "retire")

_MEMBERS = (
    *("open", "now", "ask_form", "asked", "answer", "answered", "pass", "later", "delete", "read", "close"),
    *(
        "hold",
        "hold_it",
        "leave",
        "summary",
        "mine",
        "ahead",
        "ahead_written",
        "ahead_delete",
        "help",
        "helper",
        "helper_chosen",
        "start_again",
    ),
    *("question", "question_written", "keep"),
)
_OWNERS = (
    *("schedule", "plan_form", "plan_written", "save", "manage", "skip", "move_form", "moved", "pause", "resume"),
    *("end", "another", "retire", "export", "command_skip", "command_pause", "goal", "goal_written"),
)
_CLOCK = (
    *("timer:next", "timer:forget", "timer:open", "timer:close", "timer:file", "timer:expire", "timer:remind"),
    *("told:count", "told:closed", "told:filed", "told:called_off", "told:undelivered", "told:occurrence_filed"),
    *(
        "told:missed",
        "told:reachable",
        "told:holders",
        "told:hold",
        "told:left",
        "told:joined",
        "told:preferred",
        "told:forget",
        "told:place_lost",
        "told:place_found",
        "told:plan",
    ),
)
ALLOW = {
    **dict.fromkeys(_MEMBERS, Level.MEMBER),
    **dict.fromkeys(_OWNERS, Level.OWNER),
    **dict.fromkeys(_CLOCK, Level.CLOCK),
}

_MATERIAL: tuple[Need, ...] = (
    Roster(),
    Facts("prompt_used", most=200),
    Facts("retired"),
    Facts("own_prompt"),
    Facts("goal", most=1),
    Facts("checkin_ignored", most=MANY),
    Facts("checkin", most=50),
    Facts("round", most=10),
    Facts("zone_asked", of="people", most=MANY),
)
_OPEN: tuple[Need, ...] = (Facts("checkin_open", of="session"),)
_ANSWERS: tuple[Need, ...] = (Facts("checkin_answer", of="parts", most=MANY),)
_SHARES: tuple[Need, ...] = (Roster(), Facts("checkin_part", of="parts", most=MANY), *_ANSWERS)
_CLOSED: tuple[Need, ...] = (*_SHARES, Facts("checkin_ignored", most=MANY))
_AHEAD: tuple[Need, ...] = (Facts("checkin_ahead", of="session", most=MANY),)
_ALL_AHEAD: tuple[Need, ...] = (Facts("checkin_ahead", most=MANY),)  # of whichever schedule is meant
_LISTED: tuple[Need, ...] = (Facts("checkin_open"), Facts("checkin_schedule"))

NEEDS: Mapping[str, tuple[Need, ...]] = {
    "open": (*_LISTED, Facts("log", most=3)),
    "now": _MATERIAL,
    "ask_form": _MATERIAL,
    "asked": _MATERIAL,
    "answer": (*_OPEN, Facts("checkin_answer", of="member", most=20)),
    **dict.fromkeys(("answered", "pass", "later"), _OPEN),
    **dict.fromkeys(("helper", "helper_chosen"), (Roster(),)),
    **dict.fromkeys(("read", "keep"), _ANSWERS),
    "close": _CLOSED,
    "plan_form": (Roster(),),
    "schedule": (Roster(),),
    **dict.fromkeys(("save", "moved", *STEERING, "manage"), (*_MATERIAL, *_AHEAD)),
    "plan_written": (*_MATERIAL, *_AHEAD, Facts("checkin_schedule")),
    "hold": _LISTED,
    "hold_it": (*_LISTED, *_MATERIAL, *_ALL_AHEAD),
    "command_skip": (*_LISTED, *_MATERIAL, *_ALL_AHEAD),
    "command_pause": (*_LISTED, *_MATERIAL, *_ALL_AHEAD),
    "summary": (Facts("checkin", most=60), Facts("hand", most=500)),
    "export": (Facts("checkin_answer", most=MANY), Facts("checkin_open"), Roster()),
    "goal": (Facts("goal", most=1),),
    "mine": (Facts("checkin_answer", of="member", most=50), Facts("checkin_ahead", of="member", most=10)),
    "ahead": _LISTED,
    "timer:next": (*_MATERIAL, *_AHEAD),
    "timer:open": (*_MATERIAL, Facts("checkin_ahead", of="parent", most=MANY)),
    "timer:close": _CLOSED,
    "timer:file": (*_SHARES, Facts(RETENTION, most=1)),
    "timer:expire": _ANSWERS,
    "told:count": _ANSWERS,
    "told:missed": _SHARES,
    "told:hold": _SHARES,
    "told:left": _ANSWERS,
    "told:forget": _ANSWERS,
    "told:joined": (*_MATERIAL, *_AHEAD),
    "told:place_found": (*_MATERIAL, *_AHEAD),
    "told:occurrence_filed": (Roster(), *_AHEAD),
    "told:preferred": (*_MATERIAL, *_AHEAD),
    "told:plan": (*_MATERIAL, *_AHEAD),
}

COMMANDS = (
    Command("checkin", "open", "What is open, what comes next, and ways to ask", shortcut=True, menu=2),
    Command("checkin now", "now", "Ask the team one question now", "[question]"),
    Command("checkin schedule", "schedule", "A question that comes back: days, time, what is asked"),
    Command("checkin skip", "command_skip", "Leave out the next date"),
    Command("checkin pause", "command_pause", "Ask nothing until you resume it"),
    Command("checkin hold", "hold", "Hold today's question for the whole team, no reason asked"),
    Command("checkin ahead", "ahead", "Answer the next question before its day"),
    Command("checkin mine", "mine", "Your own answers, and a way to delete them"),
    Command("checkin summary", "summary", "How the team takes part; nobody's figures"),
    Command("checkin goal", "goal", "The goal that every fourth question asks about", "[goal]"),
    Command("checkin question", "question", "Add a question of your own"),
    Command("checkin export", "export", "Answers that were shown, as files"),
)
