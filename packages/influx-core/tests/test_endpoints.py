from __future__ import annotations

import pytest

from influx_core import ConfigError
from influx_core.endpoints import Endpoints


def test_trailing_slashes_go_and_prefixes_stay():
    assert Endpoints("http://localhost:8086/influx/").urls == ["http://localhost:8086/influx"]


def test_a_memory_url_without_a_name_keeps_its_slashes():
    assert Endpoints("memory://").urls == ["memory://"]


def test_the_one_that_answered_is_tried_first_from_then_on():
    endpoints = Endpoints(["http://a", "http://b", "http://c"])
    endpoints.answered("http://b")
    assert list(endpoints.order()) == ["http://b", "http://a", "http://c"]


def test_an_order_under_way_does_not_change():
    endpoints = Endpoints(["http://a", "http://b", "http://c"])
    order = endpoints.order()
    assert next(order) == "http://a"
    endpoints.answered("http://c")
    assert list(order) == ["http://b", "http://c"]


@pytest.mark.parametrize(
    ("urls", "reason"),
    [
        ([], "base_urls is empty"),
        ("localhost:8086", "write scheme and host"),
        ("http://localhost:8086/?db=x", "followed by parameters"),
        (["http://a", "udp://b"], "need one scheme"),
    ],
)
def test_what_is_no_base_url_is_refused_with_the_reason(urls, reason):
    with pytest.raises(ConfigError, match=reason):
        Endpoints(urls).scheme()


def test_credentials_in_a_url_are_refused_and_not_repeated():
    with pytest.raises(ConfigError, match="holds credentials") as caught:
        Endpoints("http://root:hunter2@localhost:8086")
    assert "hunter2" not in str(caught.value)
