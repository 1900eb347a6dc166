"""Who may do what, what is read for it, and how it is typed."""

from __future__ import annotations

from bot.kernel.activity import Command, Facts, Level, Need, Roster
from bot.kernel.keeping import RETENTION
from bot.kernel.signs import ABLE

_MEMBERS = (
    "show",
    "history",
    "draw",
    "accept",
    "swap",
    "swap_with",
    "swap_yes",
    "swap_no",
    "not_this_time",
    "not_now",
    "volunteer",
    "avoid",
    "avoided",
    "card",
    "take",
    "open_here",
    "missing",
    "missing_role",
    "prepare",
    "ticked",
    "dry",
    "dry_more",
    "company",
    "company_yes",
    "company_no",
    "handover_yes",
    "handover_no",
    "own",
)
_OWNERS = (
    *("setup", "set_up", "add", "added", "edit", "edited", "rhythm", "rhythm_set", "skip", "unskip", "often", "set"),
    *("follow", "follow_set"),
    *("coach", "handover"),
)
_CLOCK = (
    "timer:next",
    "told:founded",
    "told:joined",
    "told:left",
    "told:forget",
    "told:resumed",
    "told:place_lost",
    "told:place_found",
    "told:preferred",
    "told:draw",
    "told:served",
    "told:missing",
    "told:taken",
    "told:undelivered",
    "told:member_reachable",
    "told:off",
    "told:put_up",
)
ALLOW = {
    **dict.fromkeys(_MEMBERS, Level.MEMBER),
    **dict.fromkeys(_OWNERS, Level.OWNER),
    **dict.fromkeys(_CLOCK, Level.CLOCK),
}
_PACK: tuple[Need, ...] = (
    Roster(),
    *(Facts(kind, most=20) for kind in ("goal", "rhythm", "pulse_open", "pulse_schedule")),
    Facts("filed", most=60),
    Facts("action_open", most=500),
    Facts(RETENTION, most=1),
)
NEEDS: dict[str, tuple[Need, ...]] = {verb: (Roster(),) for verb in ALLOW} | {
    "handover": _PACK,
    "follow": (Roster(), Facts(ABLE, of="workspace")),
    "follow_set": (Roster(), Facts(ABLE, of="workspace")),
    "timer:next": (Roster(), Facts("action_open", most=500), Facts("parked", most=100)),
}

COMMANDS = (
    Command("roles", "show", "Who has which role now and next, and who had them so far", shortcut=True, menu=6),
    Command("roles draw", "draw", "Draw roles for right now", "[role, role]"),
    Command("roles swap", "swap", "Exchange your next turn with somebody"),
    Command("roles volunteer", "volunteer", "You would like a role", "[role]"),
    Command("roles history", "history", "Who had which role"),
    Command("roles avoid", "avoid", "Roles you would rather not have; nobody is told"),
    Command("roles setup", "setup", "Which roles this team uses"),
    Command("roles add", "add", "A role of your own"),
    Command("roles edit", "edit", "Change a role of your own, switch it off, take it out", "[role]"),
    Command("roles rhythm", "rhythm", "Turns by the calendar, for calls that are no guide of mine"),
    Command("roles skip", "skip", "Leave out one date of the calendar", "[date]"),
    Command("roles often", "often", "How often a role changes", "<role> session|week|month|set"),
    Command("roles set", "set", "Give a role that does not rotate to somebody", "<role> @person"),
    Command("roles follow", "follow", "The topic, or a group to mention, follows whoever has a role; off at first"),
    Command("coach", "coach", "Who coaches: open requests find somebody", "@person"),
    Command("prepare", "prepare", "Prepare your turn: eight points and a dry run"),
    Command("handover", "handover", "Pass on looking after this team", "@person"),
)
