"""Rows that nobody can read before they are opened together, and nobody can join to a person afterwards.

Each row is padded to one size and sealed to the public half of a key made for its survey (HPKE, RFC 9180). The
private half is stored under the settings' secret, which lies outside the database. Opening reads all rows,
writes what was in them in an order of its own, without moments, under random keys, and deletes rows and key.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, assert_never

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bot.kernel.effects import BreakSeal, MakeSeal, OpenSeal, Seal, Unseal
from bot.kernel.ids import Member
from storage.database import Connection

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
FRAME = 128  # bytes around a row: the pseudonym, and the name of its part
LENGTH = 4  # bytes before a row that say how long it is without its padding
Dice = Callable[[str], bytes]
Row = Mapping[str, Any]


class UnreadableSealError(Exception):
    """A seal's key was stored under another secret than those given."""


@dataclass(frozen=True, slots=True)
class _Lock:
    """The keys of one seal as they are stored."""

    name: str
    size: int
    public: X25519PublicKey
    private: str
    linking: str


class Seals:
    """Makes, fills, opens and breaks seals. *keys*: 32 bytes each; the first stores, all of them read."""

    def __init__(self, keys: Sequence[bytes], dice: Dice) -> None:
        self._safe = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
        self._dice = dice
        self._untidy = False

    def carry_out(
        self,
        db: Connection,
        effect: MakeSeal | Seal | Unseal | OpenSeal | BreakSeal,
        workspace: tuple[str, str],
        team: str,
        session: str,
    ) -> None:
        """Do what *effect* says, for *session* of *team*. What concerns a seal that is no more does nothing."""
        where = {"p": workspace[0], "w": workspace[1], "seal": effect.name}
        match effect:
            case MakeSeal():
                self._make(db, effect, where | {"team": team})
            case Seal():
                self._put(db, effect, where, session)
            case Unseal(member=member, parts=parts):
                lock = _lock(db, where)
                for part in parts if lock else ():
                    assert lock is not None
                    _drop(db, where, self._pseudonym(lock, member, part))
            case OpenSeal():
                self._open(db, effect, where | {"team": team, "session": session})
            case BreakSeal():
                self._destroy(db, where)
            case _:
                assert_never(effect)

    def tidy(self, db: Connection) -> None:
        """After a commit that destroyed a seal: leave nothing of it in the write-ahead log, or in dead rows.

        Where another process reads at this moment, the next commit tries again.
        """
        if not self._untidy:
            return
        if db.postgres:
            db.raw.execute("VACUUM seal, sealed")
            self._untidy = False
            return
        (patience,) = db.raw.execute("PRAGMA busy_timeout").fetchone()
        db.raw.execute("PRAGMA busy_timeout = 0")
        (busy, *_) = db.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        db.raw.execute(f"PRAGMA busy_timeout = {int(patience)}")
        self._untidy = bool(busy)

    def reseal(self, db: Connection) -> int:
        """At a start: store every key anew under the first secret, and tidy at the commit. Returns how many there are.

        Raises UnreadableSealError if a key was stored under none of the secrets.
        """
        self._untidy = True
        rows = db.rows("SELECT platform, workspace, name, private, linking FROM seal")
        for platform, workspace, name, private, linking in rows:
            db.run(
                "UPDATE seal SET private = :private, linking = :linking "
                "WHERE platform = :p AND workspace = :w AND name = :seal",
                {
                    "p": platform,
                    "w": workspace,
                    "seal": name,
                    "private": self._rotated(private),
                    "linking": self._rotated(linking) if linking else "",
                },
            )
        return len(rows)

    # one seal

    def _make(self, db: Connection, make: MakeSeal, where: dict[str, Any]) -> None:
        key = X25519PrivateKey.generate()
        db.run(
            "INSERT INTO seal (platform, workspace, name, team, size, public, private, linking) "
            "VALUES (:p, :w, :seal, :team, :size, :public, :private, :linking) "
            "ON CONFLICT (platform, workspace, name) DO NOTHING",
            where
            | {
                "size": make.size + LENGTH,
                "public": _text(key.public_key().public_bytes_raw()),
                "private": self._safe.encrypt(key.private_bytes_raw()).decode(),
                "linking": self._safe.encrypt(secrets.token_bytes(32)).decode() if make.linked else "",
            },
        )

    def _put(self, db: Connection, seal: Seal, where: dict[str, Any], session: str) -> None:
        lock = _lock(db, where)
        if lock is None:
            return
        inside: dict[str, Any] = {"row": dict(seal.row)}
        if lock.linking:
            if seal.member is None:
                raise ValueError("a row under a linked seal needs somebody whose it is")
            number = self._pseudonym(lock, seal.member, seal.part)
            inside |= {"who": self._pseudonym(lock, seal.member, ""), "part": seal.part}
        else:
            number = _drawn(self._dice(f"seal/{session}"), "id", 0)
        sealed = SUITE.encrypt(_padded(inside, lock.size), lock.public, info=_info(lock.name))
        db.run(
            "INSERT INTO sealed (platform, workspace, seal, id, row) VALUES (:p, :w, :seal, :id, :row) "
            "ON CONFLICT (platform, workspace, seal, id) DO NOTHING",
            where | {"id": number, "row": _text(sealed)},
        )

    def _open(self, db: Connection, opening: OpenSeal, where: dict[str, Any]) -> None:
        lock = _lock(db, where)
        if lock is None:
            return
        sealed = db.rows("SELECT row FROM sealed WHERE platform = :p AND workspace = :w AND seal = :seal", where)
        if len(sealed) >= opening.least:
            key = X25519PrivateKey.from_private_bytes(self._revealed(lock.private))
            rows = [_opened(row, key, lock) for (row,) in sealed]
            facts = _linked(rows, opening) if opening.parts else _apart(rows, opening)
            for kind, things in facts.items():
                self._write(db, kind, things, where)
        self._destroy(db, where)

    def _write(self, db: Connection, kind: str, things: Sequence[Any], where: dict[str, Any]) -> None:
        """Facts of one kind, in an order that chance alone decides."""
        drawn = self._dice(f"open/{where['seal']}/{kind}")
        order = sorted(range(len(things)), key=lambda place: _drawn(drawn, "place", place))
        for number, place in enumerate(order):
            db.run(
                "INSERT INTO kept (team, kind, key, platform, workspace, session, person, at, fact) "
                "VALUES (:team, :kind, :key, :p, :w, :session, '', NULL, :fact)",
                {name: where[name] for name in ("team", "p", "w", "session")}
                | {
                    "kind": kind,
                    "key": _drawn(drawn, "key", number),
                    "fact": json.dumps(things[place], ensure_ascii=False, sort_keys=True),
                },
            )

    def _destroy(self, db: Connection, where: dict[str, Any]) -> None:
        db.run("DELETE FROM sealed WHERE platform = :p AND workspace = :w AND seal = :seal", where)
        db.run("DELETE FROM seal WHERE platform = :p AND workspace = :w AND name = :seal", where)
        self._untidy = True

    def _pseudonym(self, lock: _Lock, member: Member, part: str) -> str:
        key = self._revealed(lock.linking)
        return hmac.new(key, f"{member.key()}\n{part}".encode(), "sha256").hexdigest()[:40]

    def _revealed(self, token: str) -> bytes:
        try:
            return self._safe.decrypt(token.encode())
        except InvalidToken:
            raise _unreadable() from None

    def _rotated(self, token: str) -> str:
        try:
            return self._safe.rotate(token.encode()).decode()
        except InvalidToken:
            raise _unreadable() from None


def _lock(db: Connection, where: Mapping[str, Any]) -> _Lock | None:
    row = db.row(
        "SELECT name, size, public, private, linking FROM seal WHERE platform = :p AND workspace = :w AND name = :seal",
        where,
    )
    if row is None:
        return None
    name, size, public, private, linking = row
    return _Lock(name, size, X25519PublicKey.from_public_bytes(base64.b64decode(public)), private, linking)


def _drop(db: Connection, where: Mapping[str, Any], number: str) -> None:
    db.run(
        "DELETE FROM sealed WHERE platform = :p AND workspace = :w AND seal = :seal AND id = :id",
        dict(where) | {"id": number},
    )


def _padded(inside: Row, size: int) -> bytes:
    plain = json.dumps(inside, ensure_ascii=False).encode()
    if len(plain) + LENGTH > size + FRAME:
        raise ValueError("a row is longer than its seal allows")  # what stands in it is never told
    return (len(plain).to_bytes(LENGTH) + plain).ljust(size + FRAME, b"\0")


def _opened(row: str, key: X25519PrivateKey, lock: _Lock) -> Row:
    try:
        padded = SUITE.decrypt(base64.b64decode(row), key, info=_info(lock.name))
    except InvalidTag:
        raise _unreadable() from None
    inside: Row = json.loads(padded[LENGTH : LENGTH + int.from_bytes(padded[:LENGTH])])
    return inside


def _apart(rows: Sequence[Row], opening: OpenSeal) -> dict[str, list[Any]]:
    """What stood in the rows, by kind: taken apart, so that words do not lead to ratings."""
    facts: dict[str, list[Any]] = {kind: [] for kind in opening.into.values()}
    for row in rows:
        for entry, kind in opening.into.items():
            found = row["row"].get(entry)
            if isinstance(found, list):
                facts[kind] += found
            elif found is not None:
                facts[kind].append(found)
    return facts


def _linked(rows: Sequence[Row], opening: OpenSeal) -> dict[str, list[Any]]:
    """One thing for each person who has a row for every part; nothing if they are too few."""
    people: dict[str, dict[str, Any]] = {}
    for row in rows:
        people.setdefault(row["who"], {})[row["part"]] = row["row"]
    whole = [parts for parts in people.values() if set(parts) >= set(opening.parts)]
    return {opening.into[""]: whole if len(whole) >= opening.least else []}


def _drawn(dice: bytes, purpose: str, number: int) -> str:
    return blake2b(f"{purpose}/{number}".encode(), key=dice[:64], digest_size=12).hexdigest()


def _info(name: str) -> bytes:
    return f"moderato seal {name}".encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unreadable() -> UnreadableSealError:
    return UnreadableSealError(
        "The answers of an open survey were sealed with another MODERATO_SECRET_KEY. "
        "Add the old key after the new one, separated by a comma."
    )
