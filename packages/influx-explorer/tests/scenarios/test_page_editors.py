"""The editors of the page: colours, completion, errors at their place, canonical text."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from influx_testing import FakeInfluxDB, ServedFake, serve

pytestmark = pytest.mark.slow

LINES = b"climate,room=attic celsius=20.5 1\nclimate,room=hall celsius=19 2"
FLUX = """from(bucket: "home")
    |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
    |> filter(fn: (r) => r._measurement == "climate")"""


@pytest.fixture
def flux_server() -> Iterator[ServedFake]:
    fake = FakeInfluxDB("2.x", bucket="home")
    fake.load(LINES, "home")
    with serve(fake=fake) as served:
        yield served


@pytest.fixture
def sql_server() -> Iterator[ServedFake]:
    fake = FakeInfluxDB("3.x")
    fake.load(LINES, "home")
    with serve(fake=fake) as served:
        yield served


def editor(new_page, server: ServedFake, text: str, **state: str):
    """The page with a text in its editor, and the cursor at its end."""
    page = new_page(f"{server.url}/explorer/#{urlencode({'q': text, 'db': 'home', **state})}")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    return page


def completions(page):
    """The list that a key opens: its texts, as they come."""
    page.keyboard.press("Control+Space")
    return page.locator(".cm-completionLabel")


def accept_completion(page) -> None:
    page.wait_for_timeout(150)  # CodeMirror takes no key in the first 75 ms of a list
    page.keyboard.press("Enter")


def test_flux_is_coloured_run_and_drawn(new_page, flux_server, expect):
    page = editor(new_page, flux_server, FLUX)
    expect(page.locator(".tok-function")).to_have_text(["from", "range", "filter"])
    expect(page.locator(".tok-string").filter(has_text='"home"')).to_have_count(1)
    page.keyboard.press("Control+Enter")
    page.locator(".chart canvas").wait_for()
    expect(page.locator(".legend button > span")).to_have_text(
        ["celsius {room=attic}", "celsius {room=hall}"]
    )


def test_flux_completes_the_names_of_the_server(new_page, flux_server, expect):
    page = editor(new_page, flux_server, f'{FLUX}\n    |> filter(fn: (r) => r.room == "')
    expect(completions(page)).to_have_text(["attic", "hall"])
    accept_completion(page)
    page.get_by_text('r.room == "attic').wait_for()


def test_a_flux_error_stands_at_its_place(new_page, flux_server, expect):
    page = editor(new_page, flux_server, 'from(bucket: "home") |> range(begin: -1h)')
    page.locator(".cm-lintRange-error").first.wait_for()
    marked = page.locator(".cm-lintRange-error").all_inner_texts()  # drawn at once
    assert "".join(marked) == "range(begin: -1h)"


def test_flux_is_formatted_at_a_key(new_page, flux_server):
    page = editor(new_page, flux_server, 'from(bucket:"home")|>range(start:-1h)')
    page.keyboard.press("Shift+Alt+F")
    page.get_by_text("|> range(start: -1h)").wait_for()


def test_sql_is_coloured_run_and_shown(new_page, sql_server, expect):
    pytest.importorskip("datafusion", reason="the fake runs SQL with DataFusion")
    text = "SELECT room, celsius FROM climate ORDER BY time"
    page = editor(new_page, sql_server, text, view="table")
    expect(page.locator(".tok-keyword")).to_have_text(["SELECT", "FROM", "ORDER", "BY"])
    page.keyboard.press("Control+Enter")
    cells = page.locator(".grid-row [role=cell]")
    cells.first.wait_for(timeout=60_000)  # DataFusion is imported at the first query
    expect(cells).to_have_text(["attic", "20.5", "hall", "19"])


@pytest.mark.parametrize(
    ("text", "first"),
    [("SELECT * FROM cl", "climate"), ("SELECT * FROM climate WHERE ro", "room")],
)
def test_sql_completes_tables_and_columns(new_page, sql_server, expect, text, first):
    expect(completions(editor(new_page, sql_server, text)).first).to_have_text(first)


def test_what_sql_leaves_open_is_marked(new_page, sql_server, expect):
    page = editor(new_page, sql_server, "SELECT count(celsius FROM climate")
    expect(page.locator(".cm-lintRange-error")).to_have_text(["("])


def test_influxql_completes_fields_before_functions(new_page, server, expect):
    page = editor(new_page, server, "SELECT  FROM climate")
    for _ in range(len(" FROM climate")):
        page.keyboard.press("ArrowLeft")
    shown = completions(page)
    for place, name in enumerate(("celsius", "n", "room")):
        expect(shown.nth(place)).to_have_text(name)


def test_influxql_is_formatted_at_a_key(new_page, server, expect):
    page = editor(new_page, server, "select celsius from climate where time>now()-1h")
    page.keyboard.press("Shift+Alt+F")
    expect(page.locator(".cm-line")).to_have_text(
        ["SELECT celsius", "FROM climate", "WHERE time > now() - 1h"]
    )
