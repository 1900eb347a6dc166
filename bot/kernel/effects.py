"""What a decision asks the world to do. Effects are data; the engine carries them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.kernel.cards import Card
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId
from bot.kernel.people import Settings
from bot.kernel.signs import Sign

Kind = Literal[
    "asked",  # somebody just asked for it by command or button
    "card",  # the live card of a session, a channel post
    "prompt",
    "invitation",
    "role",
    "commitment",
    "reminder",
    "hint",
    "report",
    "recap",
    "social",
]


@dataclass(frozen=True, slots=True)
class Under:
    """A thread under a message of ours: the one *session* (by default this one) posted as *name*."""

    name: str
    session: SessionId = NO_SESSION


@dataclass(frozen=True, slots=True)
class Only:
    """In *place*, seen by *member* alone; a direct message where the platform cannot."""

    member: Member
    place: Place


To = Place | Member | Under | Only


@dataclass(frozen=True, slots=True)
class Post:
    """Say something new, and remember it under *name* so it can be revised.

    A second post under the same name is a new message; the name then means the newer one.
    *kind* decides what the message budget makes of it (`engine/budget.py`). *why* is the one line that
    says why an unasked direct message came; the engine adds it with its one button, Change or stop.
    *until* is the end of the window in which the message still makes sense. *at* delays it.
    """

    name: str
    to: To
    card: Card
    kind: Kind = "card"
    why: str = ""
    until: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revise:
    """Replace the message this session posted under *name*. Before it is sent, its card is replaced.

    *drop_unsent*: before it is sent, it is not sent at all, since there is nothing to ask any more.
    """

    name: str
    card: Card
    drop_unsent: bool = False


@dataclass(frozen=True, slots=True)
class Retract:
    """Take back the message under *name*: unsent, it is dropped; sent, it is deleted."""

    name: str


@dataclass(frozen=True, slots=True)
class PutUp:
    """Show *sign* on the platform, at *place*: something that is no message.

    A later one under the same name takes the place of one that waits. It has a lane of its own, so that what
    the platform refuses holds up no message. The session is told `put_up` {name, link} of a page that is there,
    and `put_up` {name, refused} where the platform will not have it: *refused* is a sentence for people.
    """

    name: str
    sign: Sign
    place: Place


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake this session at *at*. Moves the timer of that name, unless *if_absent* and there is one.

    *begins* is the part that this session will `Begin` then, if it is known now. Where many are due at one moment,
    the rows of all those parts are written first, in sets; then each timer fires, and its part is filled or, when
    the timer is set anew or cancelled without having begun it, dropped.
    """

    name: str
    at: datetime
    if_absent: bool = False
    begins: SessionId = NO_SESSION


@dataclass(frozen=True, slots=True)
class CancelTimer:
    name: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Say something to another activity (or to another session of this one), as an inbound of its own.

    With *session*: to that session, which may not exist yet. Without: to the activity as such, or, with
    *every*, to each of its open sessions in this session's team, or, with *parts*, to each open session that
    was begun under this one. *at* delays it. *once*: not if the same is
    waiting to be told already, so that a thousand answers make one recount.
    """

    activity: str
    verb: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    session: SessionId = NO_SESSION
    every: bool = False
    at: datetime | None = None
    once: bool = False
    parts: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """Open a session of this activity under this one: one person's part, one occurrence of a schedule.

    It begins in *state*, with *effects* of its own, in this very transaction. If there is a session of that id
    already, nothing happens: an id made of what it is for (`ids.part_of`) makes a part unique.
    """

    session: SessionId
    state: Any
    effects: tuple[Effect, ...] = ()
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """Remember a fact that must be found again by others: (kind, key) is unique in its team.

    *member* is whose fact it is, so that it can be shown to them and forgotten; leave it out for facts
    that must not name anybody. *timeless* keeps no moment with it. *words* is what a search finds it by.
    """

    kind: str
    key: str
    row: Mapping[str, Any]
    member: Member | None = None
    timeless: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete the facts of *kind*: the one with *key*, or, with an empty key, all that this session kept."""

    kind: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Prefer:
    """Save what a person chose for themselves."""

    member: Member
    settings: Settings


@dataclass(frozen=True, slots=True)
class Enrol:
    """Change somebody's standing in this session's team; None leaves a thing as it is."""

    member: Member
    takes_part: bool | None = None
    owner: bool | None = None


@dataclass(frozen=True, slots=True)
class Adjust:
    """Change this session's team: its zone (IANA name), whether it has been set up."""

    zone: str | None = None
    ready: bool | None = None


@dataclass(frozen=True, slots=True)
class Erase:
    """Somebody asked to be forgotten: every kept fact and setting of theirs goes, sessions are told.

    *last*: the sessions have let go of them; what still holds their id is deleted.
    """

    member: Member
    last: bool = False


@dataclass(frozen=True, slots=True)
class MakeSeal:
    """Begin to keep rows that nobody can read before they are opened together (product 0.4).

    *name* is whose they are: a session that opens or breaks the seal once. *size*: the most bytes of a row as
    JSON; each is padded to it. *linked*: rows carry a pseudonym, so that a person's rows can be put together.
    """

    name: SessionId
    size: int
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Seal:
    """Keep *row* under a seal: without a member, a moment or an order.

    Under a linked seal, *member* becomes a pseudonym, and a second row of theirs for the same *part* is not kept.
    """

    name: SessionId
    row: Mapping[str, Any]
    member: Member | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Unseal:
    """Take back all rows of *member* under a linked seal, unread."""

    name: SessionId
    member: Member
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenSeal:
    """Open all rows, and destroy the key: nobody can ever read what was sealed under it again.

    *into* says what becomes of each entry of the rows: the kind of fact it is kept as. A list becomes a fact for
    each thing in it. Facts have random keys, no member, no moment, and an order of their own for each kind, so
    that nothing of a row tells what else stood in it. Fewer rows than *least* are deleted unread.

    With *parts* (a linked seal), only people with a row for every part count; their rows become one fact
    of the kind that *into* names for "", an entry for each part.
    """

    name: SessionId
    into: Mapping[str, str]
    least: int
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakSeal:
    """Destroy rows and key, unread."""

    name: SessionId


Effect = (
    Post
    | Revise
    | Retract
    | PutUp
    | SetTimer
    | CancelTimer
    | Tell
    | Begin
    | Keep
    | Forget
    | Prefer
    | Enrol
    | Adjust
    | Erase
    | MakeSeal
    | Seal
    | Unseal
    | OpenSeal
    | BreakSeal
)
