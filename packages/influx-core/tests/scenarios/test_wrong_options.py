"""Every wrong value of every option is a ConfigError that names the option; generated."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from influx_core import ConfigError, InfluxDBClient, Plugins, WriterSettings
from influx_core._api.request_options import QueryOptions, WriteOptions

PLUGINS = Plugins(discover=False)

WRONG: dict[str, list[Any]] = {
    "whole": [0, -1, 1.5, "many", "-3", None, [], {}, True, float("nan"), b"1"],
    "seconds": [-1, "-1", "soon", "1y", [], {}, float("nan"), float("inf")],
    "size": [0, -1, "1XB", 1.5, None, [], "lots"],
    "flag": ["maybe", 2, [], {}, 1.5, "tru"],
    "name": [5, b"x", [], {}, "a\0b", "\ud800", True],
    "credential": [5, b"x", [], {}, "a\nb", "a\rb", "a\0b", "\ud800", True],
    "word": ["misspelt", 5, [], {}, True, "", b"x"],
    "part": ["misspelt", 5, None, [], True, b"basic", {"type": "misspelt"}, {"type": None}],
}

CLIENT = {
    "username": "credential",
    "password": "credential",
    "db": "name",
    "retention_policy": "name",
    "org": "name",
    "token": "credential",
    "consistency": "word",
    "precision": "word",
    "epoch": "word",
    "api": "word",
    "naive": "word",
    "timeout": "seconds",
    "transport": "part",
    "serializer": "part",
    "deserializer": "part",
    "auth": "part",
    "retry": "part",
}

OTHERS = {
    "base_urls": [None, 5, [], "", "nonsense", [None], {}, b"http://x", "http://", ["ftp://x", 5]],
    "chunked": [0, -1, 1.5, "maybe", [], {}],
    "plugins": [5, True, {}, "no.such.module", ["no.such.module"], b"x"],
}

SETTINGS = {
    **dict.fromkeys(("batch_points", "in_flight", "queue_points", "max_attempts"), "whole"),
    **dict.fromkeys(("batch_bytes", "queue_bytes"), "size"),
    **dict.fromkeys(("flush_interval", "close_timeout", "backoff"), "seconds"),
    **dict.fromkeys(("max_retry_delay", "auth_retry_interval"), "seconds"),
    "on_full": "word",
}

CALLS = {
    WriteOptions: {
        **dict.fromkeys(("db", "retention_policy", "org"), "name"),
        **dict.fromkeys(("username", "password", "token"), "credential"),
        **dict.fromkeys(("precision", "consistency"), "word"),
        **dict.fromkeys(("accept_partial", "no_sync"), "flag"),
    },
    QueryOptions: {"epoch": "word", "chunk_size": "whole", "columnar": "flag"},
}

PARTS = {
    ("spool", "sqlite"): {"path": [5, "", []], "max_bytes": "size", "synchronous": "word"},
    ("retry_policy", "backoff"): {
        "attempts": "whole",
        "base": "seconds",
        "cap": "seconds",
    },
    ("transport", "http"): {
        "limit": "whole",
        "connect_timeout": "seconds",
        "verify": [5, "ca.pem.not.there", []],
        "proxy": [5, "nonsense", []],
        "trust_env": "flag",
        "gzip": [-1, "maybe", [], 1.5],
        "headers": [5, [], "x", {"a\n": "b"}, {"a": "b\r\nc: d"}, {"a": 5}, {5: "a"}],
    },
    ("transport", "udp"): {"payload": [0, -1, "x", 70_000, [], None], "precision": "word"},
    ("serializer", "line-protocol"): {"naive": "word"},
    ("auth", "jwt"): {"lifetime": "seconds", "algorithm": "word"},
}


def cases(options: dict[str, Any], optional: bool = False) -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}-{value!r}"[:40].encode("ascii", "replace").decode())
        for name, wrong in options.items()
        for value in (WRONG[wrong] if isinstance(wrong, str) else wrong)
        if not (optional and value is None)
    ]


def refused(name: str, make: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        make()
    assert type(caught.value) is ConfigError
    return str(caught.value)


def test_every_option_of_a_client_is_tried():
    parameters = set(inspect.signature(InfluxDBClient).parameters)
    assert parameters == {*CLIENT, *OTHERS}
    assert set(WriterSettings.__dataclass_fields__) == {*SETTINGS, "dead_letter"}


@pytest.mark.parametrize(("name", "value"), cases({**CLIENT, **OTHERS}))
def test_a_wrong_option_of_a_client_is_refused_by_name(name, value):
    if value is None and name not in ("transport", "serializer", "auth", "retry", "base_urls"):
        pytest.skip("None is the default")
    text = refused(name, lambda: InfluxDBClient(**{"plugins": PLUGINS, name: value}))
    plain = {"base_urls": "base", "plugins": "plugin", "retry": "retry policy"}.get(name, name)
    assert plain in text
    assert len(text) < 500


@pytest.mark.parametrize(("name", "value"), cases({**SETTINGS, "dead_letter": [5, [], "", True]}))
def test_a_wrong_setting_of_a_writer_is_refused_by_name(name, value):
    client = InfluxDBClient(plugins=PLUGINS)
    assert f"writer: {name} takes" in refused(name, lambda: client.writer(**{name: value}))


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [(cls, *case.values) for cls, options in CALLS.items() for case in cases(options, True)],
)
def test_a_wrong_option_of_a_call_is_refused_by_name(options, name, value):
    assert f"{name} takes" in refused(name, lambda: options(**{name: value}))


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [(part, *case.values) for part, options in PARTS.items() for case in cases(options, True)],
)
def test_a_wrong_option_of_a_part_is_refused_by_name(part, name, value):
    kind, chosen = part
    needed = {
        "sqlite": {"path": "/nowhere/x"},
        "jwt": {"username": "u", "secret": "s"},
    }.get(chosen, {})
    build = getattr(PLUGINS, kind)
    text = refused(name, lambda: build({"type": chosen, **needed, name: value}))
    assert name in text


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in ("password", "token", "username") for value in ("a\nb", "a\0b")],
)
def test_a_wrong_option_of_a_url_or_a_variable_is_refused_by_name(name, value):
    variable = {f"INFLUX_{name.upper()}": value}
    assert f"the environment: {name} takes" in refused(
        name, lambda: InfluxDBClient.from_env(variable)
    )
    url = f"http://localhost/?{name}={value.encode().hex('%')}".replace("=", "=%", 1)
    assert f"the URL: {name} takes" in refused(name, lambda: InfluxDBClient.from_url(url))


def test_numbers_durations_and_sizes_may_be_text():
    client = InfluxDBClient(
        timeout="2s",
        chunked="5000",
        transport={"type": "auto", "limit": "5", "connect_timeout": "500ms", "verify": "false"},
        retry={"type": "backoff", "attempts": "3", "base": "100ms"},
        plugins=PLUGINS,
    )
    client.writer(
        flush_interval="2", batch_bytes="1MB", max_attempts="3", close_timeout="1m", in_flight="1"
    )
