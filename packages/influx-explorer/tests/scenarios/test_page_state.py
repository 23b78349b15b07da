"""What the page keeps: history and saved queries in the browser, everything else in the URL."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

pytestmark = pytest.mark.slow

QUERY = "SELECT celsius FROM climate GROUP BY room"


def explorer(server, **state: str) -> str:
    return f"{server.url}/explorer/#{urlencode({'db': 'home', **state})}"


def state_of(page) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(page.url).fragment).items()}


def test_the_history_has_the_queries_that_were_run(new_page, server):
    page = new_page(explorer(server, q=QUERY, run="1"))
    page.locator(".chart canvas").wait_for()
    page.goto(explorer(server, panel="history"))
    page.reload()
    page.get_by_role("button", name=QUERY).click()
    page.locator('[data-action="run"]').click()
    page.locator(".chart canvas").wait_for()


def test_a_saved_query_stays_until_it_is_deleted(new_page, server):
    page = new_page(explorer(server, q=QUERY, panel="saved"))
    page.get_by_role("button", name="Save this query").click()
    page.goto(explorer(server, panel="saved"))
    page.reload()
    page.get_by_role("button", name=QUERY).wait_for()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("No query is saved in this browser.").wait_for()


def test_parameters_are_bound_and_stay_in_the_url(new_page, server, expect):
    text = "SELECT celsius FROM climate WHERE room = $room AND n < $most"
    page = new_page(explorer(server, q=text, panel="params", view="table"))
    page.locator("#params").fill("room = hall\nmost = 3")
    page.locator('[data-action="run"]').click()
    page.get_by_text("3 rows").wait_for()
    page.wait_for_url(re.compile("run="))
    again = new_page(page.url)
    again.get_by_text("3 rows").wait_for()
    expect(again.locator("#params")).to_have_value("room = hall\nmost = 3")


def test_a_hidden_series_and_the_zoom_are_in_the_url(new_page, server, expect):
    page = new_page(explorer(server, q=QUERY, run="1"))
    page.locator(".chart canvas").wait_for()
    page.get_by_role("button", name="{room=hall}").click()
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Show the whole range").wait_for()
    page.wait_for_url(re.compile("zoom="))
    start, stop = (float(each) for each in state_of(page)["zoom"].split(","))
    span = 119 * 60
    assert start == pytest.approx(1_700_000_000 + span / 4, abs=span / 50)
    assert stop == pytest.approx(1_700_000_000 + span / 2, abs=span / 50)
    again = new_page(page.url)
    again.get_by_role("button", name="Show the whole range").wait_for()
    hidden = again.locator('.legend button[aria-pressed="false"]')
    expect(hidden).to_have_text(["celsius {room=hall}"])
    again.get_by_role("button", name="Show the whole range").click()
    again.get_by_role("button", name="Show the whole range").wait_for(state="detached")


def test_the_open_branches_of_the_schema_are_in_the_url(new_page, server, expect):
    page = new_page(explorer(server))
    page.get_by_role("button", name="Open climate").click()
    page.get_by_role("button", name="Open room").click()
    page.locator('[data-kind="value"][data-name="attic"]').wait_for()
    page.get_by_label("Find a measurement").fill("clim")
    page.wait_for_url(re.compile("find=clim"))
    again = new_page(page.url)
    again.locator('[data-kind="value"][data-name="attic"]').wait_for()
    expect(again.get_by_label("Find a measurement")).to_have_value("clim")
    fields = again.locator('[data-kind="field"]')
    expect(fields).to_have_text(["celsius\nfloat", "n\ninteger"], use_inner_text=True)


def test_the_schema_inserts_its_names(new_page, server):
    page = new_page(explorer(server, q="SELECT "))
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.get_by_role("button", name="Open climate").click()
    page.locator('[data-kind="field"][data-name="celsius"]').click()
    page.keyboard.type(" FROM climate WHERE ")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open room").click()
    page.locator('[data-kind="value"][data-name="hall"]').click()
    page.wait_for_url(re.compile("hall"))
    assert state_of(page)["q"] == "SELECT celsius FROM climate WHERE \"room\" = 'hall'"


def test_refresh_runs_the_query_again_with_its_range(new_page, server):
    page = new_page(
        explorer(server, q="SELECT count(n) FROM climate", view="table", run="1", every="5s")
    )
    page.get_by_role("cell", name="240").wait_for()
    server.load("climate,room=attic n=1i 1700000001000000000", "home")
    page.get_by_role("cell", name="241").wait_for()


def test_the_cursor_shows_the_values_at_its_time(new_page, server):
    page = new_page(explorer(server, q=QUERY, run="1"))
    page.locator(".chart canvas").wait_for()
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 20)
    page.wait_for_function("() => document.querySelector('[data-at=\"0\"]').textContent !== ''")
    assert page.locator('[data-at="time"]').inner_text().startswith("2023-11-15T00:1")
    assert float(page.locator('[data-at="0"]').inner_text()) > 20
