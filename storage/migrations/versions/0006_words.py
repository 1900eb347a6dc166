"""Facts that are found again by their words: FTS5 on SQLite, an index over a text vector on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW = "platform, workspace, team, kind, key"
SAME = " AND ".join(f"{column} = OLD.{column}" for column in ROW.split(", "))
NEW = ", ".join(f"NEW.{column}" for column in ROW.split(", "))


def upgrade() -> None:
    op.add_column("kept", sa.Column("words", sa.Text(), server_default="", nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX kept_words ON kept USING gin (to_tsvector('simple', words)) WHERE words <> ''")
        return
    columns = ", ".join(f"{column} UNINDEXED" for column in ROW.split(", "))
    op.execute(f"CREATE VIRTUAL TABLE kept_words USING fts5({columns}, words)")
    # Triggers, so that no way of changing or deleting a fact can leave its words behind.
    written = f"INSERT INTO kept_words ({ROW}, words) VALUES ({NEW}, NEW.words);"
    gone = f"DELETE FROM kept_words WHERE {SAME};"
    op.execute(f"CREATE TRIGGER kept_words_new AFTER INSERT ON kept WHEN NEW.words <> '' BEGIN {written} END")
    op.execute(f"CREATE TRIGGER kept_words_gone AFTER DELETE ON kept WHEN OLD.words <> '' BEGIN {gone} END")
    op.execute(
        "CREATE TRIGGER kept_words_changed AFTER UPDATE ON kept WHEN OLD.words <> '' OR NEW.words <> '' "
        f"BEGIN {gone} {written} END"
    )
