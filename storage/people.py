"""Rows become teams and people; names are filled in where they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import TypeAdapter

from bot.kernel.cards import Shape, reworded, sentences
from bot.kernel.ids import Member, Place, TeamId
from bot.kernel.people import Person, Settings, Team
from bot.kernel.signs import Sign, Topic
from bot.kernel.words import members_in, named
from storage.database import Connection, Row
from storage.moments import moment

SETTINGS: TypeAdapter[Settings] = TypeAdapter(Settings)
NOTHING_CHOSEN = Settings()

_TEAM_COLUMNS = ("id", "platform", "workspace", "channel", "name", "zone", "ready", "private")
OF_TEAM = len(_TEAM_COLUMNS)
TEAM = f"SELECT {', '.join(_TEAM_COLUMNS)} FROM team"
TEAM_OF = ", ".join(f"t.{column}" for column in _TEAM_COLUMNS)
_PERSON_COLUMNS = (
    *("m.platform", "m.workspace", "m.person", "m.name", "m.zone", "m.guest", "m.reachable", "m.settings"),
    *("s.owner", "s.takes_part", "s.founding", "s.joined", "s.gone"),
)
OF_SESSION = OF_TEAM + len(_PERSON_COLUMNS)
PERSON = (
    f"SELECT {', '.join(_PERSON_COLUMNS)} "
    # In this order: SQLite would rather look through everybody in the workspace than through the team.
    "FROM membership s CROSS JOIN member m "
    "WHERE s.team = :team AND m.platform = :platform AND m.workspace = :workspace AND m.person = s.person"
)
TEAM_PERSON_SESSION = (
    f"SELECT {TEAM_OF}, {', '.join(_PERSON_COLUMNS)}, "
    "o.id, o.activity, o.team, o.parent, o.person, o.state, o.version FROM team t "
    "LEFT JOIN membership s ON s.team = t.id AND s.person = :user "
    "LEFT JOIN member m ON m.platform = t.platform AND m.workspace = t.workspace AND m.person = s.person "
    "LEFT JOIN session o ON o.id = :session AND o.platform = t.platform AND o.workspace = t.workspace AND o.version > 0 "
    "WHERE t.platform = :platform AND t.workspace = :workspace AND t.channel = :channel"
)


def team_of(row: Row) -> Team:
    team, platform, workspace, channel, name, zone, ready, private = row
    return Team(TeamId(team), Place(platform, workspace, channel), name, zone or "UTC", bool(ready), bool(private))


def person_of(row: Row, team: Team) -> Person:
    platform, workspace, user, name, zone, guest, reachable, settings, owner, takes_part, founding, joined, _ = row
    chosen = read_settings(settings)
    return Person(
        Member(platform, workspace, user),
        name,
        chosen.zone or zone or team.zone,
        bool(guest),
        bool(owner),
        bool(takes_part),
        moment(joined),
        bool(founding),
        bool(reachable),
        chosen,
        bool(chosen.zone or zone),
    )


def read_settings(settings: str) -> Settings:
    return SETTINGS.validate_json(settings) if settings else NOTHING_CHOSEN


def with_names(db: Connection, shape: Shape) -> Shape:
    """*shape* with the names of the people in it, as they are called now."""
    names = _names(db, sentences(shape))
    return shape if names is None else reworded(shape, lambda sentence: named(sentence, names))


def sign_with_names(db: Connection, sign: Sign) -> Sign:
    """*sign* with the names of the people in it, as they are called now."""
    if not isinstance(sign, Topic):
        return sign
    names = _names(db, (sign.line,))
    return sign if names is None else replace(sign, line=named(sign.line, names))


def _names(db: Connection, said: Iterable[str]) -> dict[Member, str] | None:
    """How the people in these sentences are called; None if there is nobody in them."""
    wanted = {member for sentence in said for member in members_in(sentence)}
    if not wanted:
        return None
    names: dict[Member, str] = {}
    for platform, workspace in {(member.platform, member.workspace) for member in wanted}:
        users = {
            f"u{n}": m.user for n, m in enumerate(sorted(wanted)) if (m.platform, m.workspace) == (platform, workspace)
        }
        rows = db.rows(
            "SELECT person, name FROM member WHERE platform = :p AND workspace = :w AND name <> '' "
            f"AND person IN ({', '.join(':' + key for key in users)})",
            {"p": platform, "w": workspace} | users,
        )
        names |= {Member(platform, workspace, user): name for user, name in rows}
    return names
