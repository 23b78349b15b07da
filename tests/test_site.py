"""The documentation site, as a reader without a network has it: opened from file:// in Chromium.

`hatch run docs` builds it, `hatch run docs:test` runs these tests; without it or Chromium they are
skipped, unless INFLUX_REQUIRE_CHROMIUM is set.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site" / "latest"
sys.path.insert(0, str(ROOT / "docs" / "_generate"))

import api_pages  # noqa: E402

REQUIRED = "INFLUX_REQUIRE_CHROMIUM" in os.environ

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not SITE.exists() and not REQUIRED, reason="the site is not built (hatch run docs)"
    ),
]

PAGES = (
    "index",
    "tutorial/first-application",
    "how-to/write-in-batches",
    "how-to/query",
    "how-to/testing/make-the-server-fail",
    "reference/errors",
    "reference/influxql-functions",
    "api/influx_core",
    "explanation/comparison",
    "project/changelog",
)

SEARCHES = {
    "write in batches": "how-to/write-in-batches",
    "write points": "how-to/write-points",
    "query with flux": "how-to/query-flux",
    "build queries": "how-to/build-queries",
    "arrow flight": "how-to/use-flight",
    "buckets": "how-to/manage-influxdb-2",
    "InfluxDB 3": "how-to/use-influxdb-3",
    "move data": "how-to/copy-data",
    "migrate asphalt-influxdb": "how-to/migrate-from-asphalt-influxdb",
    "move the clock": "how-to/testing/move-the-clock",
    "make the server fail": "how-to/testing/make-the-server-fail",
    "record a real server": "how-to/testing/record-a-real-server",
    "write a plugin": "how-to/write-a-plugin",
    "command line": "how-to/use-the-command-line",
    "delivery guarantees": "explanation/delivery",
    "glossary": "explanation/glossary",
    "performance": "explanation/performance",
    "line protocol": "reference/line-protocol",
    "errors": "reference/errors",
    "comparison with other clients": "explanation/comparison",
    # Words of a task, which no page has as its title.
    "batch": "how-to/write-in-batches",
    "survive crash": "how-to/write-in-batches",
    "test influxdb-client": "tutorial/test-a-service-that-uses-influxdb-client",
    "test without docker": "tutorial/test-a-service-that-uses-influxdb-client",
    "inject fault": "how-to/testing/make-the-server-fail",
    "migrate 1.x to 3.x": "how-to/copy-data",
    "copy database": "how-to/copy-data",
    "query parameters": "how-to/query",
    "injection": "how-to/query",
    "escape": "how-to/query",
    "quote": "how-to/query",
    "million rows": "how-to/query",
    "memory": "how-to/query",
    "pandas": "how-to/dataframes",
    "dataframe": "how-to/dataframes",
    "private CA": "how-to/connect",
    "TLS": "how-to/connect",
    "connect token": "how-to/connect",
    "timeout": "how-to/connect",
    "retry": "how-to/connect",
    "precision": "how-to/write-points",
    "NaN": "how-to/write-points",
    "null": "how-to/write-points",
    "unsigned": "how-to/write-points",
    "asphalt": "how-to/asphalt",
    "!Env": "how-to/asphalt",
    "transport": "how-to/write-a-plugin",
    "custom serializer": "how-to/write-a-plugin",
    "import line protocol": "how-to/use-the-command-line",
    "rejected lines": "how-to/use-the-command-line",
    "chart": "how-to/use-the-command-line",
    # Names of the API are still found.
    "BatchWriter": "api/influx_core",
    "DataPoint": "api/influx_core",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if not REQUIRED:
        pytest.importorskip("playwright")
        if program is None:
            pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page that fails the test if it asks for anything outside of the site."""
    made = browser.new_page()
    asked: list[str] = []
    made.on("request", lambda request: asked.append(request.url))
    yield made
    made.close()
    local = (f"file://{SITE}/", "data:", "blob:")
    assert [url for url in asked if not url.startswith(local)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_a_file_without_a_request_elsewhere(page, name):
    page.goto(f"file://{SITE}/{name}.html")
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").first.inner_text().strip()


def test_search_finds_the_right_page_among_the_first_two(page):
    page.goto(f"file://{SITE}/index.html")
    missed = {}
    for term, wanted in SEARCHES.items():
        found = search(page, term)
        if f"{wanted}.html" not in found[:2]:
            missed[term] = found[:4]
    assert missed == {}


def search(page: Any, term: str) -> list[str]:
    """The pages that the site's search finds, best first."""
    page.reload()
    page.keyboard.press("Control+k")
    box = page.locator("input:visible").first
    box.fill(term)
    # All results of a text are drawn at once; what the site marks in them is in their links.
    page.locator("a[href*='?h=']").first.wait_for()
    links = page.eval_on_selector_all(
        "a", "all => all.filter(a => a.href.includes('?h=')).map(a => a.href)"
    )
    paths = [re.sub(r"[?#].*", "", link).removeprefix(f"file://{SITE}/") for link in links]
    return list(dict.fromkeys(paths))


def test_the_inventory_has_every_public_name():
    lines = (SITE / "objects.inv").read_bytes().split(b"\n", 4)[4]
    listed = {line.split(" ")[0] for line in zlib.decompress(lines).decode().splitlines()}
    modules = api_pages.public_modules()
    public = {
        f"{module}.{name}"
        for module, path in modules.items()
        for name in api_pages.exported_names(path)
        if not name.startswith("__")
    }
    public -= modules.keys()  # a module that its package exports has a page of its own
    assert len(public) > 500
    assert sorted(public - listed) == []


def test_every_page_has_a_copy_in_markdown_that_llms_txt_lists():
    listed = (SITE / "llms.txt").read_text()
    for path in SITE.rglob("*.html"):
        if path.name != "404.html":
            twin = path.with_suffix(".md")
            assert twin.exists(), path
            assert twin.relative_to(SITE).as_posix() in listed
