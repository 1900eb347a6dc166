"""What a timer begins: its row is written in sets, for all that are due at one moment, before any of them fires."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("timer", sa.Column("begins", sa.Text(), server_default="", nullable=False))
    op.execute("CREATE INDEX timer_begins ON timer (at, session, name) WHERE begins <> ''")
    op.execute("CREATE INDEX session_begun ON session (parent) WHERE version = 0")
