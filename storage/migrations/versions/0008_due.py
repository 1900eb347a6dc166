"""The next of many timers that are due at one moment is found without sorting them."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("timer_due", "timer", ["at", "made", "name"])
    op.drop_index("ix_timer_at", "timer")
