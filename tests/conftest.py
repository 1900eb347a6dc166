"""Fixtures every test may ask for."""

from tests.browser import chromium as chromium
from tests.browser import page as page
from tests.fixtures_postgres import migrated_postgres_url as migrated_postgres_url
from tests.fixtures_postgres import postgres as postgres
from tests.fixtures_postgres import postgres_url as postgres_url
