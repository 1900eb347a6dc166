"""Fixtures every test may ask for."""

from hypothesis import settings

from tests.browser import chromium as chromium
from tests.browser import page as page
from tests.fixtures_postgres import migrated_postgres_url as migrated_postgres_url
from tests.fixtures_postgres import postgres as postgres
from tests.fixtures_postgres import postgres_url as postgres_url

# How long an example takes says more about what else the machine does than about us. In CI, Hypothesis's own profile
# for it stays underneath: the same examples every time.
settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")
