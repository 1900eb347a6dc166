"""Stores for the tests of this folder."""

from tests.storage.stores import newest_schema as newest_schema
from tests.storage.stores import store as store
