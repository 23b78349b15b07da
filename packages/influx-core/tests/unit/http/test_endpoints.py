from __future__ import annotations

import pytest

from influx_core import ConfigError
from influx_core._http.endpoints import Endpoints


def test_trailing_slashes_go_and_prefixes_stay():
    assert Endpoints("http://localhost:8086/influx/").urls == ["http://localhost:8086/influx"]


def test_the_case_of_a_scheme_does_not_matter():
    endpoints = Endpoints(["HTTP://a:8086/Prefix", "http://b"])
    assert (endpoints.scheme(), endpoints.urls) == ("http", ["http://a:8086/Prefix", "http://b"])


def test_a_memory_url_without_a_name_keeps_its_slashes():
    assert Endpoints("memory://").urls == ["memory://"]


def test_the_one_that_answered_is_tried_first_from_then_on():
    endpoints = Endpoints(["http://a", "http://b", "http://c"])
    endpoints.answered("http://b")
    assert endpoints.order(0) == ("http://b", "http://a", "http://c")


def test_one_that_failed_comes_last_until_it_has_rested():
    endpoints = Endpoints(["http://a", "http://b"])
    endpoints.failed("http://a", 10)
    assert endpoints.order(10.9) == ("http://b", "http://a")
    assert endpoints.order(11) == ("http://a", "http://b")


def test_each_failure_doubles_the_rest_up_to_a_minute():
    endpoints = Endpoints(["http://a", "http://b"])
    rests = []
    for _ in range(9):
        endpoints.failed("http://a", 0)
        rests.append(next(s for s in range(1, 100) if endpoints.order(s)[0] == "http://a"))
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_answer_ends_the_rest_and_the_counting():
    endpoints = Endpoints(["http://a", "http://b"])
    endpoints.failed("http://a", 0)
    endpoints.failed("http://a", 0)
    endpoints.answered("http://a")
    assert endpoints.order(0) == ("http://a", "http://b")
    endpoints.failed("http://a", 0)
    assert endpoints.order(1) == ("http://a", "http://b")


def test_when_all_are_down_the_one_that_has_rested_longest_is_tried_first():
    endpoints = Endpoints(["http://a", "http://b"])
    endpoints.failed("http://b", 0)
    endpoints.failed("http://a", 0.5)
    assert endpoints.order(0.6) == ("http://b", "http://a")


@pytest.mark.parametrize(
    ("urls", "reason"),
    [
        ([], "base_urls is empty"),
        ("localhost:8086", "begins with scheme and host"),
        ("http://localhost:8086/?db=x", "followed by parameters"),
        (["http://a", "udp://b"], "need one scheme"),
        ("http://a:8086,b:8086", "names several servers: give a list"),
    ],
)
def test_what_is_no_base_url_is_refused_with_the_reason(urls, reason):
    with pytest.raises(ConfigError, match=reason):
        Endpoints(urls).scheme()


def test_credentials_in_a_url_are_refused_and_not_repeated():
    with pytest.raises(ConfigError, match="holds credentials") as caught:
        Endpoints("http://root:hunter2@localhost:8086")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://:8086", "http://x:99999", "http://h:port", "http://[::1", "http+unix://"]
)
def test_a_url_that_leads_nowhere_is_refused(url):
    with pytest.raises(ConfigError):
        Endpoints(url)
