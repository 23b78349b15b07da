"""The views of a fake server: its log as a cassette, load and dump, what is stored."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from influx_testing import FakeInfluxDB, serve

pytestmark = pytest.mark.slow


def asked(url: str, data: bytes | None = None) -> None:
    with suppress(urllib.error.HTTPError), urllib.request.urlopen(url, data) as response:
        response.read()


def saved(page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return Path(download.value.path()).read_bytes()


def test_the_log_is_exported_as_a_cassette(new_page, server, tmp_path):
    page = new_page(f"{server.url}/explorer/#tab=requests")
    page.get_by_text("live").wait_for()
    asked(f"{server.url}/write?db=home", b"rain mm=2 1")
    asked(f"{server.url}/query?db=home&q=SELECT+mm+FROM+rain")
    page.get_by_text("2 of 2").wait_for()
    cassette = saved(page, "Export as cassette")
    for part in (b"/write", b"rain mm=2 1", b"SELECT mm FROM rain"):
        assert part in cassette


def test_the_filter_and_the_details_of_the_log(new_page, server, expect):
    asked(f"{server.url}/write?db=home", b"rain mm=2 1")
    page = new_page(f"{server.url}/explorer/#tab=requests")
    asked(f"{server.url}/query?db=home&q=SELEKT")
    page.get_by_text("2 of 2").wait_for()
    page.get_by_label("Filter requests").fill("selekt")
    page.get_by_text("1 of 2").wait_for()
    page.get_by_role("button", name="GET /query").click()
    detail = page.locator(".detail pre")
    expect(detail).to_have_text("db = home\nq = SELEKT", use_inner_text=True)
    page.wait_for_url(re.compile("request="))
    again = new_page(page.url)
    again.locator(".detail pre").wait_for()
    expect(again.locator(".log tbody tr.failed")).to_have_count(1)


def test_a_dump_loads_into_another_fake(new_page, server, tmp_path, expect):
    page = new_page(f"{server.url}/explorer/#tab=control")
    dump = saved(page, "Dump")
    assert dump == server.fake.dump()
    file = tmp_path / "dump.lp"
    file.write_bytes(dump)
    with serve(fake=FakeInfluxDB()) as other:
        page = new_page(f"{other.url}/explorer/#tab=control")
        page.get_by_text("The server holds no points.").wait_for()
        page.get_by_label("Load a file").set_input_files(file)
        rows = page.locator(".card .list tbody tr")
        expect(rows).to_have_text(["home\tclimate\t240"], use_inner_text=True)
        assert other.fake.dump() == dump


def test_a_file_that_cannot_be_loaded_is_refused_with_the_reason(new_page, server, tmp_path):
    file = tmp_path / "bad.lp"
    file.write_text("climate celsius=\n")
    before = server.fake.dump()
    page = new_page(f"{server.url}/explorer/#tab=control&db=home", refused=True)
    page.get_by_label("Load a file").set_input_files(file)
    page.get_by_text("the file cannot be loaded").wait_for()
    assert server.fake.dump() == before


def test_a_disarmed_fault_is_not_applied(new_page, server):
    page = new_page(f"{server.url}/explorer/#tab=control")
    page.get_by_label("Path").fill("/ping")
    page.locator('[data-action="arm"]').click()
    page.get_by_role("button", name="Disarm").click()
    page.get_by_text("No fault is armed.").wait_for()
    with urllib.request.urlopen(f"{server.url}/ping") as response:
        assert response.status == 204


def test_a_bad_time_of_the_clock_is_refused_with_the_reason(new_page, server, expect):
    page = new_page(f"{server.url}/explorer/#tab=control", refused=True)
    page.get_by_label("Set the clock").fill("tomorrow")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("tomorrow")
