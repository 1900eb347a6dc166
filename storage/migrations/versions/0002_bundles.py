"""Several things to one person in one direct message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("bundle", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("place_in", sa.Integer(), server_default="0", nullable=False))
    op.add_column("message", sa.Column("card", sa.Text(), server_default="", nullable=False))
    op.add_column("message", sa.Column("why", sa.Text(), server_default="", nullable=False))
    op.create_index("message_bundle", "message", ["bundle"], unique=False)
    op.create_index("message_post", "message", ["post"], unique=False)
