"""A browser for the tests of the page: Debian's Chromium, one for the session."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from influx_testing import FakeInfluxDB, ServedFake, TravelClock, serve

LINES = "\n".join(
    f"climate,room={room} celsius={20 + (minute % 60) / 7 + len(room)},n={minute}i "
    f"{1_700_000_000 + minute * 60}000000000"
    for minute in range(120)
    for room in ("attic", "hall")
)

PROGRAMS = {
    "iql explore": ("-m", "influx_shell", "explore"),
    "python -m influx_explorer": ("-m", "influx_explorer", "--url"),
}
PATIENCE_MS = 30_000  # how long the page may need for what it shows
AXE = Path(__file__).parents[1] / "page/node_modules/axe-core/axe.min.js"


@contextmanager
def _serving(
    url: str,
    *options: str,
    program: str = "iql explore",
    complaints: list[str] | None = None,
    **environ: str,
) -> Iterator:
    process = subprocess.Popen(
        [sys.executable, *PROGRAMS[program], url, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=None if complaints is None else subprocess.PIPE,
        text=True,
        env={**os.environ, "INFLUX_USERNAME": "reader", "INFLUX_PASSWORD": "", **environ},
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip()
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        if complaints is not None:
            complaints += said.splitlines()


@pytest.fixture
def serving() -> Callable[..., AbstractContextManager[str]]:
    """Serves the page for a server's URL by a program of its own; provides the page's URL.

    What the program writes to stderr is added to `complaints`.
    """
    return _serving


class _LongResult(BaseHTTPRequestHandler):
    """Responds as InfluxDB 1.x: with a long result to SELECT, with none to other requests."""

    protocol_version = "HTTP/1.1"

    @staticmethod
    @cache
    def body() -> bytes:
        values = ",".join(f"[{n},{n % 977},{n},{n % 7}]" for n in range(330_000))
        start = '{"results":[{"series":[{"name":"load","columns":["time","a","b","c"],"values":['
        return f"{start}{values}]}}]}}]}}\n".encode()

    def do_GET(self) -> None:
        body = self.body() if "q=SELECT" in self.path else b'{"results":[{}]}'
        self.send_response(200)
        self.send_header("X-Influxdb-Version", "1.6.7")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *values: object) -> None:
        """Log nothing."""


@pytest.fixture
def long_result() -> Iterator[str]:
    """The URL of a server whose result has more than a million cells."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _LongResult) as httpd:
        thread = Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.fixture
def axe_violations() -> Callable[..., list[str]]:
    """What axe finds in a page that is serious or critical."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm install in packages/influx-explorer/page)")

    def violations(page) -> list[str]:
        page.evaluate(AXE.read_text() + "; 0")
        found = page.evaluate("axe.run(document).then((result) => result.violations)")
        return [
            f"{each['id']}: {[node['html'] for node in each['nodes']][:3]}"
            for each in found
            if each["impact"] in {"serious", "critical"}
        ]

    return violations


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


@pytest.fixture(scope="module")
def expect(browser):
    """Playwright's assertions: they wait until the page is so, on slow machines too.

    The page draws what arrives when it arrives: what is read once may be too early.
    """
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE_MS)
    return expect


@pytest.fixture
def server() -> Iterator[ServedFake]:
    """A fake with some points, which serves the page."""
    fake = FakeInfluxDB(clock=TravelClock())
    fake.load(LINES.encode(), "home")
    with serve(fake=fake) as served:
        yield served


class WatchedPage:
    """A page of a new profile, with what it must not do."""

    def __init__(self, browser, *, refused: bool = False, **options) -> None:
        self.refused = refused
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def _console(self, message) -> None:
        if self.refused and message.text.startswith("Failed to load resource"):
            return
        if message.type == "error":
            self.complaints.append(message.text)


@pytest.fixture
def new_page(browser) -> Iterator:
    """Opens pages, each in a profile of its own; the test fails if one of them complains.

    Chromium itself logs responses that are refusals: `refused=True` expects them.
    """
    opened: list[WatchedPage] = []

    def open_page(url: str, *, refused: bool = False, **options):
        watched = WatchedPage(browser, refused=refused, **options)
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
