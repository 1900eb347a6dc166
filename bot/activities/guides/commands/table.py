"""What can be typed and pressed, by whom, and what is read for it."""

from __future__ import annotations

from bot.kernel.activity import Command, Facts, Level, Need, Roster

_ANYONE = ("list", "show", "suggest", "look")
_MEMBER = (
    "start",
    "plan",
    "typed_next",
    "typed_extend",
    "typed_skip",
    "typed_pause",
    "typed_resume",
    "typed_end",
    "start_form",
    "plan_form",
    "started",
    "planned",
    "drop",
    "question",
    "question_added",
    "me_too",
    "here",
    "begin",
    "next",
    "skip",
    "extend",
    "extend_from",
    "extend_back",
    "swap",
    "swapped",
    "note",
    "noted",
    "park",
    "parked",
    "more",
    "pause",
    "resume",
    "end",
    "undo",
    "hand_over",
    "take",
    "go",
    "go_on",
    "questions",
    "picked",
    "another",
    "done",
    "pass",
    "later",
    "more_time",
    "write",
    "written",
    "jot",
    "jotted",
    "back",
    "brought_back",
    "recap",
    "recapped",
    "rehearse",
)
_CLOCK = (
    *(f"timer:{name}" for name in ("pre", "start", "lobby", "half", "two", "step", "think", "gone", "idle", "still")),
    *(f"timer:{name}" for name in ("drift", "turn", "silence", "close", "give_up")),
    *(f"told:{name}" for name in ("resumed", "left", "forget", "place_lost", "holders", "note")),
)
ALLOW: dict[str, Level] = (
    dict.fromkeys(_ANYONE, Level.ANYONE) | dict.fromkeys(_MEMBER, Level.MEMBER) | dict.fromkeys(_CLOCK, Level.CLOCK)
)

_LIVE: tuple[Need, ...] = (Facts("session_live"),)
_TO_BEGIN: tuple[Need, ...] = (
    Roster(),
    Facts("session_live"),
    Facts("holder"),
    Facts("carried", most=1),
    Facts("action_open", most=50),
    Facts("call_link", most=1),
)
NEEDS: dict[str, tuple[Need, ...]] = {
    "start": _TO_BEGIN,
    "started": _TO_BEGIN,
    "plan": _TO_BEGIN,
    "planned": _TO_BEGIN,
    "plan_form": (Facts("call_link", most=1),),
    "recapped": (Roster(),),
    "suggest": (Facts("session", most=60),),
    "rehearse": _TO_BEGIN,
    **dict.fromkeys(
        ("typed_next", "typed_extend", "typed_skip", "typed_pause", "typed_resume", "typed_end"),
        _LIVE,
    ),
}

COMMANDS = (
    Command("guide", "list", "Guides for a good discussion, ready to run", "[explore|solve|decide|share] [minutes]"),
    Command("guide list", "list", "All guides, or those that fit", "[aim] [minutes] [people]"),
    Command("guide show", "show", "One guide with its steps", "<guide>"),
    Command("guide suggest", "suggest", "Up to three guides that fit", "[aim] [minutes] [people]"),
    Command("session", "start", "Start a guided session here", "[guide] [minutes] [topic]", shortcut=True, menu=5),
    Command("session start", "start", "Start a guided session here", "[guide] [minutes] [topic]"),
    Command("session plan", "plan", "Plan a guided session", "[guide] [day and time] [topic]"),
    Command("session next", "typed_next", "The next step"),
    Command("session extend", "typed_extend", "More minutes for this step", "[minutes]"),
    Command("session skip", "typed_skip", "Skip this step"),
    Command("session pause", "typed_pause", "Pause the session"),
    Command("session resume", "typed_resume", "Go on after a pause"),
    Command("session end", "typed_end", "End the session"),
)
