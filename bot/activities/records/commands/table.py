"""What can be typed and pressed, by whom, and what is read for it."""

from __future__ import annotations

from bot.activities.records.commands.archive import search_words
from bot.kernel.activity import Command, Facts, Level, Need, Roster, Search
from bot.kernel.inbound import ButtonPressed, CommandIssued, Inbound
from bot.kernel.signs import ABLE

EXPORTED = 1000


def words_wanted(inbound: Inbound) -> str:
    """What the archive is searched for: the words of the command, or those a button carries on."""
    if isinstance(inbound, CommandIssued):
        return search_words(inbound.rest)
    if isinstance(inbound, ButtonPressed):
        argument = inbound.action.argument
        return search_words(argument.partition(" ")[2] if inbound.verb == "more" else argument)
    return ""


_MEMBER = (
    "note",
    "park",
    "action",
    "actions",
    "decision",
    "action_made",
    "note_made",
    "decided",
    "archive",
    "export",
    "page",
    "open",
    "more",
    "best",
    "unbest",
    "best_list",
    "best_open",
    "take_out",
    "taken_out",
    "left_in",
    "save",
    "save_yes",
    "save_no",
    "storysofar",
    "line",
    "line_left",
)
_SESSION = (
    "correct",
    "corrected",
    "publish",
    "retitle",
    "retitled",
    "untagged",
    "tagged",
    "add",
    "added",
    "agree",
    "take",
    "decline",
    "done",
    "move",
    "moved",
    "moved_again",
    "not_needed",
    "hand_over",
    "handed",
    "still_right",
    "withdraw",
    "park_drop",
    "park_action",
)
_CLOCK = (
    "timer:file",
    "timer:due",
    "timer:review",
    "timer:consent",
    "told:recap",
    "told:action",
    "told:todo",
    "told:left",
    "told:forget",
    "told:place_lost",
    "told:put_up",
)
ALLOW: dict[str, Level] = dict.fromkeys((*_MEMBER, *_SESSION), Level.MEMBER) | dict.fromkeys(_CLOCK, Level.CLOCK)
_LIVE: tuple[Need, ...] = (Roster(), Facts("session_live", most=1), Facts("parked", most=50))
_FOUND: tuple[Need, ...] = (Search("filed", words_wanted),)
_MARKS: tuple[Need, ...] = (Facts("best", most=2000), Facts("kept_by", of="member", most=500))
_FILED: tuple[Need, ...] = (Facts("filed", most=1000),)
NEEDS: dict[str, tuple[Need, ...]] = {
    "told:recap": (Roster(), Facts("holder", most=30)),
    "told:todo": (Roster(),),
    "note": _LIVE,
    "note_made": _LIVE,
    "park": _LIVE,
    "park_action": _LIVE,
    **dict.fromkeys(("untagged", "tagged"), (Facts("filed", most=200),)),
    "action": (Roster(),),
    "save": (Roster(),),
    "action_made": (Roster(),),
    "actions": (Facts("action_open", most=100),),
    "decision": (Roster(),),
    "decided": (Roster(),),
    "hand_over": (Roster(),),
    "handed": (Roster(),),
    "added": (Roster(),),
    "archive": _FOUND,
    "storysofar": (
        Roster(),
        Facts("filed", most=60),
        Facts("action_open", most=50),
        Facts("parked", most=20),
        Facts("session", most=6),
        Facts("checkin", most=6),
        Facts("pulse", most=12),
        Facts("carried", most=1),
        Facts("host_line", most=3),
        Facts("product", most=1),
    ),
    "line_left": (Roster(),),
    "open": (*_FOUND, *_MARKS),
    **dict.fromkeys(("best", "unbest"), _FILED),
    **dict.fromkeys(("best_list", "best_open", "take_out", "taken_out"), (*_FILED, *_MARKS)),
    "more": _FOUND,
    **dict.fromkeys(("export", "page"), (Roster(), Facts("filed", most=EXPORTED), Facts(ABLE, of="workspace"))),
}
COMMANDS = (
    Command("note", "note", "A note for the record, also in a session", "<text>", menu=6),
    Command("park", "park", "Park something for later, or see what is parked", "[text]"),
    Command("action", "action", "Something to do, with owner and date", "<what> @who <date>", menu=7),
    Command("actions", "actions", "What is open, yours first"),
    Command("decision", "decision", "A decision with its reason", "<what>"),
    Command("storysofar", "storysofar", "What to know of this team before you host", "[a line for the next host]"),
    Command("archive", "archive", "Search what was filed here", "[words] [kind:decision] [since:2026-01]"),
    Command("archive best", "best_list", "What this team chose as the best of the quarter", "[last]"),
    Command("archive export", "export", "All that was filed here, as files"),
    Command("archive canvas", "page", "The same as a canvas of this channel, where Slack lets me"),
)
