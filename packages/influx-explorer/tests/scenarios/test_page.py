"""The page in a real Chromium, with the fake server behind it."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from influx_core.lineprotocol import BadLine, scan
from influx_testing import FakeInfluxDB, serve

pytestmark = pytest.mark.slow

QUERY = "SELECT celsius FROM climate GROUP BY room"


def explorer(server, **state: str) -> str:
    return f"{server.url}/explorer/#{urlencode(state)}" if state else f"{server.url}/explorer"


def test_two_clicks_show_the_chart_of_a_measurement(new_page, server, expect):
    page = new_page(explorer(server))
    page.locator('[data-kind="measurement"][data-name="climate"]').click()
    page.locator('[data-action="run"]').click()
    page.locator(".chart canvas").wait_for()
    expect(page.locator(".legend button")).to_have_count(4)


def test_the_keyboard_alone_shows_the_chart(new_page, server):
    page = new_page(explorer(server))
    page.locator('[data-kind="measurement"]').wait_for()
    for keys in ("/", "c", "Enter", "Control+Enter"):
        page.keyboard.press(keys)
    page.locator(".chart canvas").wait_for()


def test_a_url_shows_the_same_in_a_new_profile(new_page, server, expect):
    first = new_page(explorer(server, q=QUERY, db="home", run="1", view="table", tz="local"))
    first.locator(".grid-row").first.wait_for()
    second = new_page(first.url)
    summary = second.locator('[data-testid="summary"]')
    expect(summary).to_have_text(re.compile("^240 rows"))
    head, rows = ".grid-head", ".grid-row:nth-child(-n+10)"  # more rows come with the layout
    for place in (head, rows):
        texts = first.locator(place).all_inner_texts()
        expect(second.locator(place)).to_have_text(texts, use_inner_text=True)


def test_a_url_does_not_run_what_writes(new_page, server):
    page = new_page(explorer(server, q="DROP DATABASE home", db="home", run="1"))
    page.get_by_text("This text may change the server").wait_for()
    assert server.fake.query("SHOW DATABASES")[0].series[0].values == [["home"]]


def test_csv_is_what_the_server_sends(new_page, server):
    page = new_page(explorer(server, q=QUERY, db="home", run="1"))
    page.locator(".chart canvas").wait_for()
    with page.expect_download() as download:
        page.locator('[data-action="csv"]').click()
    url = f"{server.url}/query?{urlencode({'db': 'home', 'q': QUERY})}"
    asked = urllib.request.Request(url, headers={"Accept": "application/csv"})
    with urllib.request.urlopen(asked) as response:
        assert Path(download.value.path()).read_bytes() == response.read()


def test_an_error_stands_at_its_place(new_page, server, expect):
    page = new_page(explorer(server, q="SELECT celsius FORM climate", db="home"))
    expect(page.locator(".cm-lintRange-error")).to_have_text("FORM")


def test_bad_lines_are_marked_as_the_codec_says(new_page, server, expect):
    lines = "climate,room=attic celsius=1 1\nclimate celsius=\nno fields here\nclimate n=1x 2\n"
    page = new_page(explorer(server, tab="write", lp=lines, db="home"))
    expected = [
        f"line {each.line}, column {each.column or 1} {each.reason}"
        for each in scan(lines.encode(), rules="1.x")
        if isinstance(each, BadLine)
    ]
    expect(page.locator(".issues li")).to_have_text(expected, use_inner_text=True)
    expect(page.locator('[data-action="send"]')).to_be_disabled()


def test_written_lines_are_stored(new_page, server):
    page = new_page(explorer(server, tab="write", lp="rain mm=2.5 7", db="home"))
    page.locator('[data-action="send"]:enabled').click()
    page.get_by_text("1 point is stored in home.").wait_for()
    assert [point.fields for point in server.points("rain")] == [{"mm": 2.5}]


def test_a_request_of_another_client_appears_by_itself(new_page, server, expect):
    page = new_page(explorer(server, tab="requests"))
    page.get_by_text("live").wait_for()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{server.url}/query?db=home&q=SELEKT")
    expect(page.locator(".reason")).to_contain_text("error parsing query: found SELEKT")
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("No request has come yet").wait_for()


def test_faults_and_the_clock_obey(new_page, server, expect):
    page = new_page(explorer(server, tab="control"))
    page.locator('[data-action="arm"]').click()
    page.get_by_role("button", name="Disarm").wait_for()
    with pytest.raises(urllib.error.HTTPError, match="503"):
        urllib.request.urlopen(f"{server.url}/ping")
    page.get_by_label("Set the clock").fill("2040-05-06T07:08:09Z")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_test_id("clock")).to_contain_text("2040-05-06")
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_test_id("clock")).to_contain_text("2040-05-07")
    assert datetime.fromtimestamp(server.clock() // 10**9, UTC).date() == date(2040, 5, 7)


def test_html_in_every_name_and_value_is_text(new_page):
    evil = "<img src=x onerror=alert(1)>"
    escaped = evil.replace(" ", "\\ ").replace("=", "\\=")
    fake = FakeInfluxDB()
    name = evil.replace(" ", "\\ ")
    fake.load(f'{name},{escaped}={escaped} {escaped}=1,s="{evil}" 1'.encode(), evil)
    with serve(fake=fake) as server:
        page = new_page(explorer(server))
        page.locator('[data-kind="measurement"]').click()
        page.locator('[data-action="run"]').click()
        page.locator(".chart canvas").wait_for()
        page.get_by_role("tab", name="Table").click()
        page.locator(".grid-row").first.wait_for()
        page.get_by_role("button", name=f"Open {evil}", exact=True).click()
        page.locator('[data-kind="tag"]').wait_for()
        url = f"{server.url}/query?q={quote(evil)}"
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(url)
        page.get_by_role("tab", name="Requests").click()
        page.locator(".reason").wait_for()
        page.get_by_role("tab", name="Control").click()
        page.get_by_role("cell", name=evil).first.wait_for()
        assert page.locator("img:not([src='icon.svg'])").count() == 0


def test_a_table_of_a_million_cells_scrolls_to_its_end(new_page, serving, long_result):
    with serving(long_result) as url:
        page = new_page(
            f"{url}#{urlencode({'q': 'SELECT * FROM load', 'run': '1', 'view': 'table'})}"
        )
        grid = page.locator(".grid")
        grid.wait_for()
        assert page.locator(".grid-row").count() < 100
        grid.evaluate("(node) => node.scrollTo(0, node.scrollHeight)")
        page.get_by_role("cell", name="329999", exact=True).first.wait_for()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_requests_of_other_pages_are_refused(server, headers):
    netloc = server.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(netloc)) as connection:
        connection.request("GET", "/explorer/api/schema?level=databases", headers=headers)
        with connection.getresponse() as response:
            assert response.status == 403
