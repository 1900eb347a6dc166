"""The tables, and nothing that uses them.

Moments are whole microseconds since 1970 in UTC (`moments.py`), truths are 0 and 1, structures are JSON text:
so a row looks the same on SQLite and on PostgreSQL, and a hot statement needs no type conversion.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel


def _key() -> Column[str]:
    return Column(Text, primary_key=True)


def _text(**more: object) -> Column[str]:
    return Column(Text, nullable=False, server_default="", **more)  # type: ignore[arg-type]


def _moment(*, nullable: bool = True, index: bool = False) -> Column[int]:
    return Column(BigInteger, nullable=nullable, index=index)


def _number() -> Column[int]:
    return Column(BigInteger, nullable=True)


def _truth(default: int = 0) -> Column[int]:
    return Column(Integer, nullable=False, server_default=str(default))


class MemberRow(SQLModel, table=True):
    """A person as one workspace knows them, and what they chose for themselves."""

    __tablename__ = "member"
    platform: str = Field(sa_column=_key())
    workspace: str = Field(sa_column=_key())
    person: str = Field(sa_column=_key())
    name: str = Field(default="", sa_column=_text())
    zone: str = Field(default="", sa_column=_text())
    locale: str = Field(default="", sa_column=_text())
    address: str = Field(default="", sa_column=_text())
    guest: int = Field(default=0, sa_column=_truth())
    bot: int = Field(default=0, sa_column=_truth())
    active: int = Field(default=1, sa_column=_truth(1))
    reachable: int = Field(default=1, sa_column=_truth(1))
    settings: str = Field(default="", sa_column=_text())


class TeamRow(SQLModel, table=True):
    """The group the bot facilitates, bound to one channel."""

    __tablename__ = "team"
    __table_args__ = (Index("team_by_place", "platform", "workspace", "channel", unique=True),)
    id: str = Field(sa_column=_key())
    platform: str = Field(sa_column=_text())
    workspace: str = Field(sa_column=_text())
    channel: str = Field(sa_column=_text())
    name: str = Field(default="", sa_column=_text())
    zone: str = Field(default="", sa_column=_text())
    ready: int = Field(default=0, sa_column=_truth())
    private: int = Field(default=0, sa_column=_truth())
    lost: str = Field(default="", sa_column=_text())
    founded: int = Field(sa_column=_moment(nullable=False))


class MembershipRow(SQLModel, table=True):
    """Somebody's standing in one team. Who left keeps the row, with the moment."""

    __tablename__ = "membership"
    __table_args__ = (Index("membership_by_user", "person", "team"),)
    team: str = Field(sa_column=_key())
    person: str = Field(sa_column=_key())
    owner: int = Field(default=0, sa_column=_truth())
    takes_part: int = Field(default=1, sa_column=_truth(1))
    founding: int = Field(default=0, sa_column=_truth())
    joined: int = Field(sa_column=_moment(nullable=False))
    gone: int | None = Field(default=None, sa_column=_moment())


_BEGUN, _BEGINS = text("version = 0"), text("begins <> ''")


class SessionRow(SQLModel, table=True):
    """One run of an activity: its state, and the version that optimistic saving compares.

    Version 0: it was begun by a timer that is due, and nothing was decided yet. To the engine it does not exist.
    """

    __tablename__ = "session"
    __table_args__ = (
        Index("session_open", "team", "open", "activity"),
        Index("session_of_member", "platform", "workspace", "person", "open"),
        Index("session_parts", "parent"),
        Index("session_begun", "parent", sqlite_where=_BEGUN, postgresql_where=_BEGUN),
    )
    id: str = Field(sa_column=_key())
    platform: str = Field(sa_column=_text())
    workspace: str = Field(sa_column=_text())
    activity: str = Field(sa_column=_text())
    team: str = Field(default="", sa_column=_text())
    parent: str = Field(default="", sa_column=_text())
    person: str = Field(default="", sa_column=_text())
    state: str = Field(sa_column=_text())
    version: int = Field(sa_column=Column(Integer, nullable=False))
    open: int = Field(default=1, sa_column=_truth(1))
    changed: int = Field(sa_column=_moment(nullable=False))


class InboxRow(SQLModel, table=True):
    """Arrivals already claimed, as keyed hashes that tell nobody who acted."""

    __tablename__ = "inbox"
    id: str = Field(sa_column=_key())
    day: int = Field(sa_column=Column(Integer, nullable=False, index=True))


class TimerRow(SQLModel, table=True):
    """A moment a session asked to be woken, or something it is to be told. Parked ones have no moment."""

    __tablename__ = "timer"
    __table_args__ = (
        Index("timer_due", "at", "made", "name"),
        Index("timer_begins", "at", "session", "name", sqlite_where=_BEGINS, postgresql_where=_BEGINS),
    )
    session: str = Field(sa_column=_key())
    name: str = Field(sa_column=_key())
    activity: str = Field(sa_column=_text())
    platform: str = Field(sa_column=_text())
    workspace: str = Field(sa_column=_text())
    team: str = Field(default="", sa_column=_text())
    at: int | None = Field(default=None, sa_column=_moment())
    due: int = Field(sa_column=_moment(nullable=False))
    made: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False, server_default="0")
    )  # order of what is due at once
    payload: str = Field(default="", sa_column=_text())
    attempts: int = Field(default=0, sa_column=_truth())
    begins: str = Field(default="", sa_column=_text())  # the part that begins with it, until its row is there


class OutboxRow(SQLModel, table=True):
    """A message decided. `ready` is when it may be claimed: its due time, a lease's end, or nothing once it is done.

    A row knows its own address and the very post it changes, so that a second post under one name moves neither.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_lane", "lane", "ready"), Index("outbox_named", "session", "name", "ready"))
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    platform: str = Field(sa_column=_text())
    workspace: str = Field(sa_column=_text())
    session: str = Field(sa_column=_text())
    name: str = Field(sa_column=_text())
    team: str = Field(default="", sa_column=_text())
    verb: str = Field(sa_column=_text())  # post, revise, retract
    kind: str = Field(sa_column=_text())
    lane: str = Field(sa_column=_text())
    channel: str = Field(default="", sa_column=_text())
    thread: str = Field(default="", sa_column=_text())
    person: str = Field(default="", sa_column=_text())
    seen_by: str = Field(default="", sa_column=_text())
    under: int | None = Field(default=None, sa_column=_number())  # the post whose thread it goes to
    target: int | None = Field(default=None, sa_column=_number())  # the post that a revise or retract changes
    message: str = Field(default="", sa_column=_text())  # the platform's id of that post, once it is known
    card: str = Field(default="", sa_column=_text())
    why: str = Field(default="", sa_column=_text())
    status: str = Field(sa_column=_text())  # waiting, sending, merged into another, sent, dead
    ready: int | None = Field(default=None, sa_column=_moment(index=True))
    until: int | None = Field(default=None, sa_column=_moment())
    attempts: int = Field(default=0, sa_column=_truth())
    doubt: int = Field(default=0, sa_column=_truth())  # an earlier try may have arrived
    because: str = Field(default="", sa_column=_text())


class MessageRow(SQLModel, table=True):
    """What a session posted under a name: where, and the platform's id of it once it is sent.

    Several messages to one person may go as one: then they share a *bundle* (the outbox id of its first), an
    order in it, and keep their cards for a while, so that the whole can be drawn again when one changes.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("message_shown", "platform", "workspace", "message"),
        Index("message_bundle", "bundle"),
        Index("message_post", "post"),
    )
    session: str = Field(sa_column=_key())
    name: str = Field(sa_column=_key())
    platform: str = Field(sa_column=_text())
    workspace: str = Field(sa_column=_text())
    team: str = Field(default="", sa_column=_text())
    lane: str = Field(sa_column=_text())
    channel: str = Field(default="", sa_column=_text())
    thread: str = Field(default="", sa_column=_text())
    person: str = Field(default="", sa_column=_text())
    seen_by: str = Field(default="", sa_column=_text())
    message: str = Field(default="", sa_column=_text())
    post: int = Field(sa_column=Column(BigInteger, nullable=False))
    bundle: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    place_in: int = Field(default=0, sa_column=_truth())
    card: str = Field(default="", sa_column=_text())
    why: str = Field(default="", sa_column=_text())


class LaneRow(SQLModel, table=True):
    """A conversation that the platform asked us to leave alone for a while."""

    __tablename__ = "lane"
    lane: str = Field(sa_column=_key())
    free: int = Field(sa_column=_moment(nullable=False))


class ReachRow(SQLModel, table=True):
    """How a place is reached, in the platform's own words. A place is a channel, a chat, or `@USER`."""

    __tablename__ = "reach"
    __table_args__ = (Index("reach_parts", "platform", "workspace", "part_of"),)
    platform: str = Field(sa_column=_key())
    workspace: str = Field(sa_column=_key())
    place: str = Field(sa_column=_key())
    part_of: str = Field(default="", sa_column=_text())
    how: str = Field(default="", sa_column=_text())


class InstallRow(SQLModel, table=True):
    """Where the bot is installed by OAuth. The token is sealed (`installs.py`)."""

    __tablename__ = "install"
    workspace: str = Field(sa_column=_key())
    token: str = Field(default="", sa_column=_text())
    bot_user: str = Field(default="", sa_column=_text())
    bot_id: str = Field(default="", sa_column=_text())
    enterprise: str = Field(default="", sa_column=_text())
    name: str = Field(default="", sa_column=_text())
    scopes: str = Field(default="", sa_column=_text())
    whole: int = Field(default=0, sa_column=_truth())


class KeptRow(SQLModel, table=True):
    """A fact that must be found again: an answer, a turn served, a note, a decision."""

    __tablename__ = "kept"
    __table_args__ = (
        Index("kept_of_session", "session", "kind"),
        Index("kept_of_member", "platform", "workspace", "person", "kind"),
    )
    platform: str = Field(sa_column=_key())
    workspace: str = Field(sa_column=_key())
    team: str = Field(sa_column=_key())
    kind: str = Field(sa_column=_key())
    key: str = Field(sa_column=_key())
    session: str = Field(sa_column=_text())
    person: str = Field(default="", sa_column=_text())
    at: int | None = Field(default=None, sa_column=_moment())
    fact: str = Field(sa_column=_text())
    words: str = Field(default="", sa_column=_text())  # what a search finds it by, folded; see words.py


class HeartbeatRow(SQLModel, table=True):
    """The last moment any process was alive, on the bot's clock."""

    __tablename__ = "heartbeat"
    id: int = Field(sa_column=Column(Integer, primary_key=True))
    at: int = Field(sa_column=_moment(nullable=False))


class SealRow(SQLModel, table=True):
    """The keys of rows that are opened together. All but the public one can be read with the settings' secret only."""

    __tablename__ = "seal"
    platform: str = Field(sa_column=_key())
    workspace: str = Field(sa_column=_key())
    name: str = Field(sa_column=_key())
    team: str = Field(default="", sa_column=_text())
    size: int = Field(sa_column=Column(Integer, nullable=False))
    public: str = Field(sa_column=_text())
    private: str = Field(sa_column=_text())
    linking: str = Field(default="", sa_column=_text())  # the key of pseudonyms; empty: rows carry none


class SealedRow(SQLModel, table=True):
    """A row under a seal. Its id is random (or, linked, keyed), and there is no hidden number that tells an order."""

    __tablename__ = "sealed"
    __table_args__ = ({"sqlite_with_rowid": False},)
    platform: str = Field(sa_column=_key())
    workspace: str = Field(sa_column=_key())
    seal: str = Field(sa_column=_key())
    id: str = Field(sa_column=_key())
    row: str = Field(sa_column=_text())
