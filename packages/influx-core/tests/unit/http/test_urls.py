from __future__ import annotations

import pytest

from influx_core import ConfigError
from influx_core._http.endpoints import Endpoints
from influx_core._http.transports.proxies import checked_proxy, environment_proxy
from influx_core._http.urls import redacted, split_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://u:p@db:8086/x?p=q#f", "http://db:8086/x"),
        ("u:p@db", "db"),
        ("http://db:8086", "http://db:8086"),
        ("http://u:p@x@db/", "http://db/"),
    ],
)
def test_a_url_is_shown_without_user_and_parameters(url, shown):
    assert redacted(url) == shown


def test_several_hosts_are_one_url():
    assert split_url("http://u:p@a:1,b:2/db", "x").hostname == "a"


@pytest.mark.parametrize("url", ["", "db:8086", "http://u:a/b@db", "http://db:x", 5, None, "a b"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(ConfigError, match="the proxy"):
        split_url(url, "the proxy")


def test_https_and_http_do_not_mix():
    with pytest.raises(ConfigError, match="mix https and http"):
        Endpoints(["https://a", "http://b"]).scheme()


def test_the_path_of_a_socket_is_to_be_escaped():
    with pytest.raises(ConfigError, match=r"http\+unix://%2Frun%2Fx\.sock"):
        Endpoints("http+unix:///run/x.sock")


@pytest.mark.parametrize("url", ["socks5h://proxy:1080", "socks4://p", "ftp://p", "proxy:3128"])
def test_a_proxy_that_is_not_http_is_refused(url):
    with pytest.raises(ConfigError, match="proxy"):
        checked_proxy(url)


def test_the_environment_names_a_proxy_for_a_scheme_and_hosts_without_one(monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert environment_proxy("http://db:8086/query") is None
    monkeypatch.setenv("http_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "localhost,db.local")
    assert environment_proxy("http://db:8086/query") == "http://proxy:3128"
    assert environment_proxy("http://db.local:8086/query") is None
    assert environment_proxy("https://db:8086/query") is None
