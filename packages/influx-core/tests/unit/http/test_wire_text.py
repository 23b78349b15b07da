from __future__ import annotations

import pytest

from influx_core import ConfigError, InfluxDBClient
from influx_core._http.wire_text import check_header, check_request, lines_as_bytes
from influx_core.interfaces import Request

BAD_IN_URLS = ["\ud800", "\udfff", "\0"]
BAD_IN_HEADERS = [*BAD_IN_URLS, "\r", "\n", "\r\nx-injected: 1"]


@pytest.mark.parametrize("bad", BAD_IN_URLS)
@pytest.mark.parametrize("name", ["db", "rp", "org", "bucket", "u", "p", "q", "params"])
def test_a_parameter_that_would_not_arrive_unchanged_is_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=f"parameter '{name}'") as caught:
        check_request(Request("GET", "/query", ((name, f"secr{bad}et"),)))
    assert "secr" not in str(caught.value)


def test_line_ends_in_parameters_are_escaped_and_arrive():
    check_request(Request("GET", "/query", (("q", "SELECT f\nFROM m"), ("db", "a\r\nb"))))


@pytest.mark.parametrize("bad", BAD_IN_HEADERS)
def test_a_header_that_would_end_early_is_refused_by_name(bad):
    with pytest.raises(ConfigError, match="'authorization'") as caught:
        check_request(Request("GET", "/ping", headers={"authorization": f"Token secr{bad}et"}))
    assert "secr" not in str(caught.value)
    with pytest.raises(ConfigError, match="not the name of a header"):
        check_header(f"x{bad}", "y")


@pytest.mark.parametrize("bad", BAD_IN_HEADERS)
def test_a_path_that_would_end_early_is_refused(bad):
    with pytest.raises(ConfigError, match="path"):
        check_request(Request("GET", f"/query{bad}"))


def test_lines_are_bytes_or_unicode_text():
    assert lines_as_bytes("m,h=ü f=1") == "m,h=ü f=1".encode()
    assert lines_as_bytes(memoryview(b"m f=1")) == b"m f=1"
    for wrong in ("\ud800", 5, None, ["m f=1"]):
        with pytest.raises(ConfigError):
            lines_as_bytes(wrong)


@pytest.mark.parametrize("bad", BAD_IN_URLS)
@pytest.mark.parametrize("name", ["db", "retention_policy", "org"])
async def test_a_call_with_a_name_that_cannot_be_sent_sends_nothing(name, bad):
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        for call in (client.write, client.execute):
            arguments = ("m", {}, {"f": 1}) if call == client.write else ("SELECT f FROM m",)
            with pytest.raises(ConfigError, match=f"{name} takes text"):
                await call(*arguments, **{name: f"secret{bad}"})
