"""A real Chromium for the tests that look at a page; `python -m tests.browser` sees that one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

from tests.needs import in_ci, missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--no-sandbox",  # root, as in most CI machines, has no other way
    "--disable-gpu",
    # The rest keeps the browser itself from calling anybody: only our own pages are under test.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_IT = "No Chromium found. Debian and Ubuntu: apt-get install chromium. Elsewhere: CHROMIUM=/path/to/chrome."
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def find_chromium() -> Path | None:
    """The browser to drive: $CHROMIUM, else the first known name on the PATH, else a usual place, else None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).is_file() else None
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return Path(found)
    return next((Path(place) for place in ELSEWHERE if Path(place).is_file()), None)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A headless Chromium with a new, empty profile, closed at the end.

    Playwright's loop occupies the thread meanwhile: close the browser before a test runs asyncio itself.
    """
    chromium = find_chromium()
    if chromium is None:
        missing(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS), headless=True)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def a_page(browser: Browser, *, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """A page in a context of its own, `width` by `height` CSS pixels, that may reach nothing but this machine.

    Fails at the end if the page asked for anything from elsewhere or threw an error nobody caught.
    """
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    outside: list[str] = []
    errors: list[str] = []

    def only_this_machine(route: Route, request: Request) -> None:
        if _is_local(request.url):
            route.continue_()
        else:
            outside.append(request.url)
            route.abort()

    try:
        context.route("**/*", only_this_machine)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(15_000)
        yield page
    finally:
        context.close()
    assert outside == [], "the page asked for something outside this machine"
    assert errors == [], "the page threw an error"


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser of this test's own."""
    with a_browser() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of this test's own, the size of a laptop's window. For another size: `a_page(chromium, width=390)`."""
    with a_page(chromium) as opened:
        yield opened


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob", "about"} or parts.hostname in LOOPBACK


def install() -> int:
    """Install Debian's Chromium if none is found and this is root on Debian. The exit code for `make browser`.

    In CI a missing browser is an error; elsewhere the browser's tests are skipped and this says how to change that.
    """
    if find_chromium() is None and shutil.which("apt-get") and os.geteuid() == 0:
        sys.stdout.write("Installing Chromium for the browser's tests.\n")
        sys.stdout.flush()
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        apt_get = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
        subprocess.run([*apt_get, "update"], check=False, env=quietly)
        subprocess.run(
            [*apt_get, "install", "-y", "--no-install-recommends", "chromium"],
            check=False,
            env=quietly,
            stdout=subprocess.DEVNULL,
        )
    if find_chromium() is not None:
        return 0
    sys.stderr.write(HOW_TO_GET_IT + "\n")
    return 1 if in_ci() else 0


if __name__ == "__main__":
    sys.exit(install())
