"""How places are reached: what a platform noted about a conversation, so that it can write there unasked.

A place is a channel, a chat, or `@USER` for the direct conversation with somebody. What is noted is the
platform's own text, refreshed whenever it changes; nobody else reads it.
"""

from __future__ import annotations

from storage.database import Connections


class Reach:
    """Notes on places. Every method is blocking; call it on a database thread."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def note(self, platform: str, workspace: str, place: str, part_of: str, how: str) -> None:
        """Write down how *place*, which is *part_of* a bigger one or of nothing, is reached from now on."""
        with self._connections.transaction() as db:
            db.run(
                "INSERT INTO reach (platform, workspace, place, part_of, how) VALUES (:p, :w, :place, :part_of, :how) "
                "ON CONFLICT (platform, workspace, place) DO UPDATE SET part_of = :part_of, how = :how",
                {"p": platform, "w": workspace, "place": place, "part_of": part_of, "how": how},
            )
            db.commit()

    def find(self, platform: str, workspace: str, place: str) -> str:
        """What was noted about *place*; empty if nothing was."""
        with self._connections.transaction() as db:
            row = db.row(
                "SELECT how FROM reach WHERE platform = :p AND workspace = :w AND place = :place",
                {"p": platform, "w": workspace, "place": place},
            )
        return str(row[0]) if row else ""

    def parts(self, platform: str, workspace: str, whole: str) -> tuple[str, ...]:
        """The places that are part of *whole*."""
        with self._connections.transaction() as db:
            rows = db.rows(
                "SELECT place FROM reach WHERE platform = :p AND workspace = :w AND part_of = :whole ORDER BY place",
                {"p": platform, "w": workspace, "whole": whole},
            )
        return tuple(str(row[0]) for row in rows)
