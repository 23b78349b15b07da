"""What axe finds in each view of the page, light and dark, wide and at 360 pixels."""

from __future__ import annotations

import urllib.error
import urllib.request
from contextlib import suppress
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.slow

QUERY = "SELECT celsius FROM climate GROUP BY room"
LINES = "climate,room=attic celsius=1 1\nclimate celsius=\n"
VIEWS = {
    "chart": ({"q": QUERY, "run": "1", "zoom": "1700000100,1700000900"}, ".chart canvas"),
    "table": ({"q": QUERY, "run": "1", "view": "table", "panel": "params"}, ".grid-row"),
    "an error": ({"q": "SELECT celsius FORM climate", "panel": "history"}, ".cm-lintRange-error"),
    "write": ({"tab": "write", "lp": LINES}, ".issues li"),
    "requests": ({"tab": "requests", "request": "2"}, ".reason"),
    "control": ({"tab": "control"}, ".card .list td"),
}


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious(new_page, server, axe_violations, view):
    state, shown = VIEWS[view]
    for query in ("SHOW+DATABASES", "SELEKT"):
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"{server.url}/query?q={query}").close()
    url = f"{server.url}/explorer/#{urlencode({'db': 'home', **state})}"
    wide = new_page(url)
    wide.locator(shown).first.wait_for()
    assert axe_violations(wide) == []
    phone = new_page(url, viewport={"width": 360, "height": 740}, color_scheme="dark")
    phone.locator(shown).first.wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert axe_violations(phone) == []
