"""Brings a database to the newest schema, once, whoever starts first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import alembic.command
from alembic.config import Config
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

from storage.database import Connections

LOCK = 7304  # PostgreSQL advisory lock: two processes that start together migrate one after the other


def upgrade(connections: Connections) -> None:
    """Apply every migration that is missing. Safe to call at every start and from several processes."""
    options: dict[str, Any] = {}
    if connections.postgres:
        url = make_url(connections.url).set(drivername="postgresql+psycopg")
    else:
        url = make_url("sqlite://")
        raw = connections.raw()
        options = {"creator": lambda: raw, "poolclass": StaticPool}
    engine = create_engine(url, **options)
    with engine.connect() as connection:
        _lock(connection, postgres=connections.postgres)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        connection.commit()
    if connections.postgres:
        engine.dispose()


def _lock(connection: SqlConnection, *, postgres: bool) -> None:
    if postgres:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
