"""What a test does when the machine lacks something it needs: fail in CI, skip elsewhere."""

import os
from typing import NoReturn

import pytest


def in_ci() -> bool:
    """Whether this run decides what lands, so that nothing may be left out quietly."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def missing(what: str) -> NoReturn:
    """End the test that asked for `what`: a failure in CI, a skip with that reason on a developer's machine."""
    if in_ci():
        pytest.fail(f"CI may skip nothing. {what}", pytrace=False)
    pytest.skip(what)
