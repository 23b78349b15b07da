from __future__ import annotations

import os
import subprocess
import sys

import pytest

from influx_core import Plugins
from influx_core.lineprotocol import LineProtocolSerializer
from influx_core.parts import JSONDeserializer
from influx_speedups import available, plugin

needs_compiled = pytest.mark.skipif(not available(), reason="built without a compiler")


def test_the_compiled_codec_is_there_where_it_is_required() -> None:
    assert available() or "INFLUX_REQUIRE_SPEEDUPS" not in os.environ


@needs_compiled
def test_a_client_prefers_the_compiled_codec() -> None:
    from influx_speedups.codec import CompiledJSONDeserializer, CompiledLineProtocolSerializer

    assert type(Plugins().serializer("auto")) is CompiledLineProtocolSerializer
    assert type(Plugins().deserializer("auto")) is CompiledJSONDeserializer


@needs_compiled
def test_an_option_of_the_python_codec_is_one_of_the_compiled_codec() -> None:
    point = ("m", {}, {"f": 1}, "1970-01-01T00:00:01")
    body = Plugins().serializer({"type": "auto", "naive": "utc"}).dump([point], "s")
    assert body == b"m f=1i 1\n"


def test_the_name_of_the_python_codec_turns_it_off() -> None:
    assert type(Plugins().serializer("line-protocol")) is LineProtocolSerializer
    assert type(Plugins().deserializer("json")) is JSONDeserializer


def test_a_blocked_plugin_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFLUX_BLOCK_PLUGINS", "speedups")
    assert type(Plugins().serializer("auto")) is LineProtocolSerializer
    assert type(Plugins().deserializer("auto")) is JSONDeserializer


def test_without_the_extension_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin, "available", lambda: False)
    assert plugin.influx_serializers() == {}
    assert plugin.influx_deserializers() == {}


def test_the_package_can_be_imported_without_the_extension() -> None:
    script = (
        "import sys; sys.modules['_influx_speedups'] = None\n"
        "import influx_speedups; assert not influx_speedups.available()\n"
        "from influx_core import Plugins; print(type(Plugins().serializer()).__module__)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.stdout.strip() == b"influx_core._lineprotocol.serializer", done.stderr


def test_importing_influx_core_loads_no_compiled_code() -> None:
    script = "import sys, influx_core; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert not {b"influx_speedups", b"_influx_speedups"} & set(done.stdout.split())
