"""The roles of a team: what is used, whose turn it is, and what people wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.kernel.calendar import NO_EXCEPTIONS, Exceptions, Rule, Weekly
from bot.kernel.content import Guide, Role, Rotates
from bot.kernel.ids import Member, SessionId
from bot.kernel.people import Person, Team
from bot.pieces.rota import Past, Turn, Wishes

AHEAD = 4  # turns that are drafted
BRIEF = timedelta(minutes=10)  # before the start: the role card
UNCLAIMED = timedelta(hours=24)  # after the end: a session nobody reported on is let go without credit
ON_DEMAND = timedelta(hours=1)
SWAP_ANSWER = timedelta(hours=48)  # of the other's own time; a full day may hold the question back until tomorrow
BEFORE_START = timedelta(hours=1)  # a swap is settled by then
MOST_OWN = 10
MOST_TITLE = 40
MOST_HANDLE = 21  # of a group
NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Use:
    """How this team uses a role, where that differs from how it is shipped. None: as shipped."""

    role: str
    on: bool | None = None
    rotates: Rotates | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A role the team made."""

    id: str
    title: str
    duties: tuple[str, ...]
    rotates: Rotates
    gone: bool = False  # taken out; it keeps its name for what was served


@dataclass(frozen=True, slots=True)
class Plan:
    """Turns by the calendar: on these weekdays (0 is Monday) in every *every*-th week, at this time of the team.

    *exceptions*: dates that are left out.
    """

    days: tuple[int, ...]
    at: time
    every: int
    anchor: date
    minutes: int
    title: str
    exceptions: Exceptions = NO_EXCEPTIONS

    def rule(self) -> Rule:
        return Rule(Weekly(self.days, self.anchor, self.every), self.at)


@dataclass(frozen=True, slots=True)
class Swap:
    """A question to somebody: their turn for mine."""

    number: int
    asker: Member
    asked: Member
    mine: tuple[str, str]  # turn, role: what the asker has
    theirs: tuple[str, str]
    until: datetime
    lost: bool = False  # the question could not be delivered


@dataclass(frozen=True, slots=True)
class Ticks:
    """What somebody ticked while preparing. For their own use only."""

    member: Member
    turn: str
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """One owner asks another person to look after the team; both have to say yes. *pack*: what there is to know."""

    old: Member
    new: Member
    agreed: tuple[Member, ...] = ()
    number: int = 0
    pack: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of its message: each handover has its own, so that what comes late of an earlier one means that one."""
        return f"handover{self.number or ''}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact this session keeps for others, as it was kept last."""

    kind: str
    key: str
    row: str  # JSON
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A card that follows the rota: under which name, for which seat, from when it is with its reader."""

    name: str
    turn: str
    role: str
    member: Member | None
    goes: datetime
    print: str  # of the card as it was shown last
    lost: bool = False  # it could not be delivered, so there is nothing to change


@dataclass(frozen=True, slots=True)
class Follow:
    """What follows whoever has *role*: the channel's topic, a group called *handle*. *by*: who switched it on.

    *line*, *held* and *meant* are what stands there now: our words in the topic, the group that is ours, whom it means
    (None: nobody knows).
    *stopped*: what the platform would not have, and somebody was told of.
    """

    role: str = "facilitator"
    topic: bool = False
    group: bool = False
    handle: str = "facilitator"
    by: Member | None = None
    line: str = ""
    held: str = ""
    meant: tuple[Member, ...] | None = ()
    stopped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rota:
    """Everything about the roles of one team. *told*: what the activity that runs a session was told last."""

    id: SessionId
    turns: tuple[Turn, ...] = ()
    past: tuple[Past, ...] = ()
    wishes: Wishes = NO_WISHES
    uses: tuple[Use, ...] = ()
    own: tuple[Own, ...] = ()
    plan: Plan | None = None
    fixed: tuple[tuple[str, Member], ...] = ()  # holders of roles that do not rotate
    swaps: tuple[Swap, ...] = ()
    unasked: tuple[str, ...] = ()  # the messages with other questions that could not be delivered, by name
    ticks: tuple[Ticks, ...] = ()
    handover: Handover | None = None
    ownerless: bool = False  # the team was asked who looks after it
    kept: tuple[Kept, ...] = ()
    shown: tuple[Shown, ...] = ()
    told: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    count: int = 0  # swaps, handovers and turns on demand so far
    coached: str = ""  # the Monday up to which the coach has been told; empty: no coach
    wakes: datetime | None = None
    follow: Follow = Follow()
    phase: Literal["rota"] = "rota"

    def turn(self, turn_id: str) -> Turn | None:
        return next((turn for turn in self.turns if turn.id == turn_id), None)

    def with_turn(self, changed: Turn) -> Rota:
        others = tuple(turn for turn in self.turns if turn.id != changed.id)
        return replace(self, turns=tuple(sorted((*others, changed), key=lambda t: (t.starts, t.id))))

    def without_turn(self, turn_id: str) -> Rota:
        return replace(
            self,
            turns=tuple(turn for turn in self.turns if turn.id != turn_id),
            swaps=tuple(swap for swap in self.swaps if turn_id not in (swap.mine[0], swap.theirs[0])),
            ticks=tuple(one for one in self.ticks if one.turn != turn_id),
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """The team and the role descriptions at the moment something happens."""

    id: SessionId
    team: Team
    people: tuple[Person, ...]  # who take part
    owners: tuple[Member, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    guides: Mapping[str, Guide] = field(default_factory=dict)
    able: Mapping[str, str] = field(default_factory=dict)  # what can be shown beside messages, and what is missing
    lying: tuple[str, ...] | None = None  # sentences about what has been lying for a while; None: not looked at

    def person(self, member: Member) -> Person | None:
        return next((person for person in self.people if person.member == member), None)

    def member(self, user: str) -> Member:
        return Member(self.team.place.platform, self.team.place.workspace, user)


def descriptions(rota: Rota, scene: Scene) -> dict[str, Role]:
    """Every role this team can use, shipped and own, with the team's own rhythm in it."""
    found = dict(scene.roles)
    for own in rota.own:
        first = own.duties[0] if own.duties else own.title
        found[own.id] = Role(
            id=own.id, title=own.title, in_short=first, rotates=own.rotates, duties=own.duties, on_from_start=True
        )
    for use in rota.uses:
        if use.role in found and use.rotates is not None:
            found[use.role] = replace(found[use.role], rotates=use.rotates)
    return found


def usable(rota: Rota, known: Mapping[str, Role]) -> dict[str, Role]:
    """Without roles of their own that were taken out."""
    gone = {own.id for own in rota.own if own.gone}
    return {id_: role for id_, role in known.items() if id_ not in gone}


def is_on(rota: Rota, role: Role) -> bool:
    if any(own.gone for own in rota.own if own.id == role.id):
        return False
    chosen = next((use.on for use in rota.uses if use.role == role.id), None)
    return role.on_from_start if chosen is None else chosen


def in_use(rota: Rota, scene: Scene, rotates: Rotates = "session") -> tuple[str, ...]:
    """The roles that are on and change that often; the host first, as shipped, then own ones."""
    order = ("facilitator", "timekeeper", "note_taker", "host", "process_observer")
    found = [role.id for role in descriptions(rota, scene).values() if is_on(rota, role) and role.rotates == rotates]
    return tuple(sorted(found, key=lambda id_: (order.index(id_) if id_ in order else len(order), id_)))


def find_role(known: Mapping[str, Role], text: str) -> str | None:
    """The role somebody means: its id or its title, however it is written. *host* is the one who leads."""
    wanted = _plain(text)
    if wanted == "host" and "facilitator" in known:
        return "facilitator"
    if wanted == "chathost" and "host" in known:
        return "host"
    return next((role.id for role in known.values() if wanted in (_plain(role.id), _plain(role.title))), None)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
