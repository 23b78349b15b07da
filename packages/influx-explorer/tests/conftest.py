"""A browser for the tests of the page: Debian's Chromium, one for the session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from influx_testing import FakeInfluxDB, ServedFake, TravelClock, serve

LINES = "\n".join(
    f"climate,room={room} celsius={20 + (minute % 60) / 7 + len(room)},n={minute}i "
    f"{1_700_000_000 + minute * 60}000000000"
    for minute in range(120)
    for room in ("attic", "hall")
)


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Chromium; tests make contexts of their own in it.

    Its driver runs an event loop in this thread: tests of other modules must not meet it.
    """
    path = shutil.which("chromium")
    if "INFLUX_REQUIRE_CHROMIUM" not in os.environ:
        pytest.importorskip("playwright")
        if path is None:
            pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[ServedFake]:
    """A fake with some points, which serves the page."""
    fake = FakeInfluxDB(clock=TravelClock())
    fake.load(LINES.encode(), "home")
    with serve(fake=fake) as served:
        yield served


class WatchedPage:
    """A page of a new profile, with what it must not do."""

    def __init__(self, browser, **options) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def _console(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


@pytest.fixture
def new_page(browser) -> Iterator:
    """Opens pages, each in a profile of its own; the test fails if one of them complains."""
    opened: list[WatchedPage] = []

    def open_page(url: str, **options):
        watched = WatchedPage(browser, **options)
        opened.append(watched)
        watched.page.goto(url)
        return watched.page

    yield open_page
    complaints = [each for watched in opened for each in watched.complaints]
    origins = {"/".join(url.split("/")[:3]) for each in opened for url in each.requests}
    for watched in opened:
        watched.context.close()
    assert complaints == []
    assert all("://127.0.0.1:" in origin for origin in origins if origin.startswith("http"))
