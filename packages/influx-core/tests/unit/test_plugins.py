from __future__ import annotations

import asyncio
import logging
import types

import pytest

from influx_core import (
    ConfigError,
    EncodeError,
    InfluxDBClient,
    Plugins,
    Unsigned,
    hookimpl,
)
from influx_core._http.auth import BasicAuth
from influx_core.lineprotocol import LineProtocolSerializer
from influx_core.plugins import BLOCK_VARIABLE


class Other:
    """A serializer that is not ours."""

    content_type = "text/plain"

    def __init__(self, loud: bool = False) -> None:
        self.loud = loud

    def dump(self, points, precision, on_invalid=None):
        return b""


def offering(name: str, factory: object) -> types.SimpleNamespace:
    @hookimpl
    def influx_serializers():
        return {name: factory}

    return types.SimpleNamespace(influx_serializers=influx_serializers)


def hermetic(*extra: object) -> Plugins:
    return Plugins(extra, discover=False)


def test_a_part_is_chosen_by_name_by_mapping_or_ready_made():
    plugins = hermetic(offering("other", Other))
    assert isinstance(plugins.serializer("other"), Other)
    assert plugins.serializer({"type": "other", "loud": True}).loud
    ready = Other()
    assert plugins.serializer(ready) is ready


@pytest.mark.parametrize(
    ("hook", "build"),
    [
        ("influx_transports", Plugins.transport),
        ("influx_serializers", Plugins.serializer),
        ("influx_deserializers", Plugins.deserializer),
        ("influx_line_summarizers", Plugins.line_summarizer),
        ("influx_auths", Plugins.auth),
        ("influx_retry_policies", Plugins.retry_policy),
        ("influx_spools", Plugins.spool),
    ],
)
def test_each_kind_of_part_can_come_from_a_plugin(hook, build):
    class Anything:
        content_type = accept = "text/plain"
        send = aclose = dump = start = sign = delay = None
        summarize = keys = None
        open = append = read = remove = close = None

    mine = hookimpl(specname=hook)(lambda: {"mine": Anything})
    plugins = hermetic(types.SimpleNamespace(mine=mine))
    assert isinstance(build(plugins, "mine"), Anything)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ConfigError, match="no serializer 'protobuf'; known: line-protocol"):
        hermetic().serializer("protobuf")


def test_a_wrong_option_names_the_part_and_what_it_takes():
    with pytest.raises(
        ConfigError, match=r"auth 'basic'.*it takes username, password, and was given user"
    ):
        hermetic().auth({"type": "basic", "user": "x"})


def test_defaults_fill_in_what_the_spec_does_not_say():
    made = hermetic().auth({"type": "basic", "username": "a"}, username="b", password="p")
    assert made == BasicAuth("a", "p")


def test_unsigned_integers_are_a_default_of_serializers_that_know_them():
    plugins = hermetic(offering("other", Other))
    point = ("m", {}, {"n": Unsigned(1)}, 1)
    assert plugins.serializer("line-protocol", unsigned=True).dump([point], "ns") == b"m n=1u 1\n"
    assert isinstance(plugins.serializer("other", unsigned=True), Other)
    ready = Other()
    assert plugins.serializer(ready, unsigned=True) is ready
    spec = {"type": "line-protocol", "unsigned": False}
    with pytest.raises(EncodeError, match="no unsigned integers"):
        plugins.serializer(spec, unsigned=True).dump([point], "ns")


def test_a_ready_object_must_be_able_to_do_its_work():
    with pytest.raises(ConfigError, match="not a serializer: it has no content_type, dump"):
        hermetic().serializer(object())


def test_two_plugins_with_one_name_are_an_error_that_names_both():
    with pytest.raises(ConfigError, match=r"LineProtocolSerializer and .*Other"):
        hermetic(offering("line-protocol", Other)).serializer()


def test_auto_is_the_highest_rank_and_never_a_stranger_without_one():
    fast = type("Fast", (Other,), {"auto_rank": 10})
    assert isinstance(hermetic(offering("other", Other)).serializer(), LineProtocolSerializer)
    assert isinstance(hermetic(offering("fast", fast)).serializer(), fast)


def test_a_plugin_can_be_given_by_its_import_path():
    assert hermetic("influx_parrot").serializer({"type": "parrot", "comment": "x"}).comment == "x"
    with pytest.raises(ConfigError, match=r"'no\.such:thing' cannot be imported"):
        hermetic("no.such:thing")


def test_installed_plugins_are_found_and_can_be_blocked(monkeypatch):
    assert "parrot" in Plugins().transport_names()
    assert "parrot" not in Plugins(discover=False).transport_names()
    monkeypatch.setenv(BLOCK_VARIABLE, "something, parrot")
    assert "parrot" not in Plugins().transport_names()


def test_a_plugin_given_twice_counts_once():
    import influx_parrot

    Plugins([influx_parrot, "influx_parrot"]).serializer("parrot")


def test_a_misspelt_hook_is_refused_with_the_hooks_there_are():
    @hookimpl
    def influx_serialisers():
        return {}

    with pytest.raises(ConfigError, match=r"mine has a hook 'influx_serialisers'.*influx_spools"):
        hermetic(types.SimpleNamespace(influx_serialisers=influx_serialisers, __name__="mine"))


def test_an_optional_hook_of_another_version_is_no_error():
    @hookimpl(optionalhook=True)
    def influx_of_next_year():
        return {}

    hermetic(types.SimpleNamespace(influx_of_next_year=influx_of_next_year))


def test_a_hook_that_offers_no_names_is_refused():
    @hookimpl
    def influx_serializers():
        return [LineProtocolSerializer]

    plugins = hermetic(types.SimpleNamespace(influx_serializers=influx_serializers))
    with pytest.raises(ConfigError, match=r"returns names and factories.*not list"):
        plugins.serializer()


def test_a_factory_that_cannot_be_called_is_refused_with_its_name():
    @hookimpl
    def influx_serializers():
        return {"mine": LineProtocolSerializer()}

    plugins = hermetic(types.SimpleNamespace(influx_serializers=influx_serializers))
    with pytest.raises(ConfigError, match=r"the factory of 'mine' is a class or a function, not <"):
        plugins.serializer("mine")


def test_a_hook_with_arguments_that_do_not_exist_is_refused():
    @hookimpl
    def influx_request_finished(verdict):
        raise AssertionError(verdict)

    with pytest.raises(ConfigError, match="verdict"):
        hermetic(types.SimpleNamespace(influx_request_finished=influx_request_finished))


def told(plugins: Plugins, request: object) -> None:
    plugins.request_finished(None, request, None, attempt=1, seconds=0.1)


def test_a_notice_reaches_everybody_and_a_failing_one_is_logged_once(caplog):
    heard: list[str] = []

    @hookimpl
    def influx_request_finished(request):
        heard.append(request)

    @hookimpl(specname="influx_request_finished")
    def failing():
        raise RuntimeError("mine")

    plugins = hermetic(
        types.SimpleNamespace(influx_request_finished=influx_request_finished),
        types.SimpleNamespace(failing=failing),
    )
    with caplog.at_level(logging.ERROR):
        told(plugins, "a")
        told(plugins, "b")
    assert heard == ["a", "b"]
    assert len(caplog.records) == 1


@pytest.mark.parametrize("kind", [asyncio.CancelledError, GeneratorExit])
def test_a_notice_cannot_cancel_what_it_is_told_of(kind, caplog):
    @hookimpl
    def influx_request_finished():
        raise kind

    told(hermetic(types.SimpleNamespace(influx_request_finished=influx_request_finished)), "a")
    assert "raised" in caplog.text


@pytest.mark.parametrize("wrapped", [True, False])
def test_notices_come_in_the_order_of_pluggy_with_wrappers_around_them(wrapped):
    heard: list[str] = []

    def notice(name: str, **how):
        @hookimpl(specname="influx_request_finished", **how)
        def hook(request):
            heard.append(name)

        return types.SimpleNamespace(hook=hook)

    @hookimpl(specname="influx_request_finished", wrapper=True)
    def around():
        heard.append("before")
        result = yield
        heard.append("after")
        return result

    plugins = hermetic(
        notice("first"),
        notice("second"),
        notice("last", trylast=True),
        *([types.SimpleNamespace(around=around)] if wrapped else []),
    )
    told(plugins, "a")
    calls = ["second", "first", "last"]
    assert heard == (["before", *calls, "after"] if wrapped else calls)


@pytest.mark.parametrize("early", [True, False])
def test_a_wrapper_that_raises_does_not_stop_the_others(early, caplog):
    heard: list[str] = []

    @hookimpl(specname="influx_request_finished", wrapper=True)
    def around():
        if early:
            raise RuntimeError("mine")
        yield
        raise RuntimeError("mine")

    @hookimpl
    def influx_request_finished(request):
        heard.append(request)

    plugins = hermetic(
        types.SimpleNamespace(influx_request_finished=influx_request_finished),
        types.SimpleNamespace(around=around),
    )
    told(plugins, "a")
    assert heard == ["a"]
    assert len(caplog.records) == 1


def test_a_memory_url_without_influx_testing_says_what_to_install():
    with pytest.raises(ConfigError, match="'memory' without influx-testing: pip install influx-t"):
        InfluxDBClient("memory://", plugins=Plugins(discover=False))
