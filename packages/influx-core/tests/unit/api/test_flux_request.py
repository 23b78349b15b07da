from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

import pytest

from influx_core import ConfigError, QueryError
from influx_core._api.base import QueryRequest
from influx_core._api.flux_request import extern_of, only_reads
from influx_core._api.request_options import QueryOptions
from influx_core._api.v1 import V1
from influx_core._api.v2 import V2
from influx_core._api.v3 import V3
from influx_core._api.victoriametrics import VictoriaMetrics
from influx_core.annotated_csv import Dialect
from influx_core.interfaces import Request
from influx_flux import extern, format_tree, from_json

TEXT = 'from(bucket: "b")'


def asked(options: QueryOptions | None = None, **fields) -> QueryRequest:
    return QueryRequest(TEXT, options or QueryOptions(), "flux", accept="application/csv", **fields)


def test_a_query_of_flux_is_a_json_document():
    request = V2().request_of(
        asked(QueryOptions(org="o", db="ignored"), dialect=Dialect(delimiter=";"))
    )
    assert (request.method, request.path, request.params) == (
        "POST",
        "/api/v2/query",
        (("org", "o"),),
    )
    assert request.headers == {"accept": "application/csv", "content-type": "application/json"}
    assert request.body == (
        b'{"query":"from(bucket: \\"b\\")","type":"flux","dialect":{"header":true,"delimiter":";",'
        b'"annotations":["datatype","group","default"],"commentPrefix":"#",'
        b'"dateTimeFormat":"RFC3339"}}'
    )


@pytest.mark.parametrize("api", [V3(), VictoriaMetrics()])
def test_servers_without_flux_are_not_asked(api):
    with pytest.raises(ConfigError, match="does not run Flux: InfluxDB 2"):
        api.request_of(asked())


def test_an_organization_is_refused_for_1x():
    with pytest.raises(ConfigError, match="takes no org"):
        V1().request_of(asked(QueryOptions(org="o")))


@pytest.mark.parametrize("status", [403, 404])
def test_a_server_of_1x_that_does_not_run_flux_says_what_to_do(status: int):
    request = V1().request_of(asked())
    error = V1().error(request, status, {}, b"404 page not found")
    assert "1.8 with flux-enabled = true" in str(error)
    other = V1().error(Request("GET", "/query", operation="query"), status, {}, b"no")
    assert "flux" not in str(other)


def test_an_unknown_bucket_is_an_unknown_database():
    reason = 'failed to initialize execute state: could not find bucket "x"'
    message = json.dumps({"code": "not found", "message": reason}).encode()
    error = V2().error(
        Request("POST", "/api/v2/query", operation="query"),
        404,
        {"content-type": "application/json"},
        message,
    )
    assert type(error).__name__ == "DatabaseNotFound"
    assert isinstance(error, QueryError)
    assert error.code == "not found"


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ('from(bucket: "b") |> range(start: -1h)', True),
        ('import "math"\nimport s "strings"\nfrom(bucket: "b")', True),
        ('from(bucket: "b") |> to(bucket: "c")', False),
        ('import "http"\nhttp.post(url: "x")', False),
        ('import"slack"', False),
        ('import "influxdata/influxdb/schema"', True),
    ],
)
def test_only_queries_that_write_and_send_nothing_may_be_repeated(text: str, harmless: bool):
    assert only_reads(text) is harmless
    assert QueryRequest(text, language="flux").read_only is harmless


def test_values_are_sent_as_options():
    tree = extern_of({"v": {"start": timedelta(hours=-1)}, "naive": "a${b}"}, (), "raise")
    assert tree is not None
    assert format_tree(from_json(dict(tree))) == (
        'option v = {start: -1h}\noption naive = "a\\${b}"\n'
    )


def test_values_may_be_a_tree_already():
    tree = extern(a=1)
    assert extern_of(tree, (), "raise") is tree


def test_profilers_are_an_option_beside_the_values():
    tree = extern_of({"a": 1}, ["query", "operator"], "raise")
    assert tree is not None
    assert format_tree(from_json(dict(tree))) == (
        'import "profiler"\n\noption profiler.enabledProfilers = ["query", "operator"]\n'
        "option a = 1\n"
    )


def test_nothing_is_sent_for_no_values():
    assert extern_of(None, (), "raise") is None
    assert extern_of({}, (), "raise") is None


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"a": None}, "no literal for null"),
        ({"a": b"x"}, "strings of Flux are text"),
        ({"a b": 1}, "no name for a value"),
        ({"t": datetime(2020, 1, 1)}, "naive"),
        ([1], "params takes a mapping"),
    ],
)
def test_what_flux_cannot_represent_is_refused(params, reason: str):
    with pytest.raises(ConfigError, match=reason):
        extern_of(params, (), "raise")


def test_a_profiler_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match="there is no 'memory'; known: query, operator"):
        extern_of(None, ["memory"], "raise")


def test_values_need_influx_flux(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "influx_flux", None)
    with pytest.raises(ConfigError, match=r"pip install 'influx-core\[flux\]'"):
        extern_of({"a": 1}, (), "raise")
