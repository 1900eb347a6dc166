"""Who met whom was kept by id, also of whoever asked to be forgotten: those rows go, and mixing starts anew."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM kept WHERE kind = 'met'")
