"""What a team keeps for a shorter time than others is deleted by night, also what was written before it chose so."""

from __future__ import annotations

import json
from datetime import datetime

from bot.kernel.keeping import RETENTION, Keeping
from storage.database import Connection
from storage.moments import stamp

TEXTS = ("checkin_answer", "checkin_ahead", "hand")  # kinds of fact that hold what somebody wrote under their name


def forget_words(db: Connection) -> None:
    """The words of what was deleted leave the search's own files, too; SQLite keeps them there until it merges.

    PostgreSQL takes them out of its index when it vacuums.
    """
    if not db.postgres:
        db.run("INSERT INTO kept_words (kept_words) VALUES ('optimize')")


def sweep(db: Connection, now: datetime) -> None:
    """Delete named answers that are older than their team wants. Without a choice, sessions do it by their own timers."""
    for platform, workspace, team, fact in db.rows(
        "SELECT platform, workspace, team, fact FROM kept WHERE kind = :kind", {"kind": RETENTION}
    ):
        old = stamp(now - Keeping.from_row(json.loads(fact)).of_texts)
        for kind in TEXTS:
            db.run(
                "DELETE FROM kept WHERE platform = :p AND workspace = :w AND team = :team AND kind = :kind AND at < :old",
                {"p": platform, "w": workspace, "team": team, "kind": kind, "old": old},
            )
    forget_words(db)
