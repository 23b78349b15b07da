from __future__ import annotations

import pytest

from influx_core import ConfigError, InfluxDBClient
from influx_core._client.config import options_from_env, options_from_url


def test_a_url_says_where_who_and_what():
    url = "https://ro%40ot:s%2Fecret@db.example:8086/metrics?precision=s&timeout=2.5&api=v2&org=o"
    assert options_from_url(url) == {
        "base_urls": ["https://db.example:8086"],
        "db": "metrics",
        "username": "ro@ot",
        "password": "s/ecret",
        "precision": "s",
        "timeout": 2.5,
        "api": "v2",
        "org": "o",
    }


@pytest.mark.parametrize(
    ("url", "base_urls", "db"),
    [
        ("http://a:1", ["http://a:1"], None),
        ("http://a:1/", ["http://a:1"], None),
        ("http://a:1,b:2/x%20y", ["http://a:1", "http://b:2"], "x y"),
        ("http://a/prefix/x", ["http://a/prefix"], "x"),
        ("http://a/prefix?db=x", ["http://a/prefix"], "x"),
        ("http+unix://%2Frun%2Finflux.sock/x", ["http+unix://%2Frun%2Finflux.sock"], "x"),
        ("memory://name/x", ["memory://name"], "x"),
    ],
)
def test_the_path_ends_with_the_database_unless_a_parameter_names_it(url, base_urls, db):
    options = options_from_url(url)
    assert (options["base_urls"], options.get("db")) == (base_urls, db)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("0", False), ("1", True), ("5000", 5000)]
)
def test_chunked_is_a_choice_or_a_number_of_rows(text, value):
    assert options_from_url(f"http://a?chunked={text}")["chunked"] is value or value == 5000


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("localhost:8086", "begins with scheme and host"),
        ("http://a/?databse=x", "unknown option 'databse'; known: api"),
        ("http://a/?timeout=soon", "timeout takes seconds .*not 'soon'"),
        ("http://a/?chunked=maybe", "chunked takes true or false or a whole number"),
        ("http://u:s3#cret@a", "%23"),
        ("http://:s3cret@a", "a password needs a username"),
        ("http://a:1,http://b:2/x", "separate the hosts of a cluster by commas"),
        ("http://a/%FF", "no UTF-8"),
        ("http://a/?db=%FF", "no UTF-8"),
        ("http://a/?precision=s&precision=ms", "'precision' more than once"),
        ("http://a/?rp=one&retention_policy=two", "rp and retention_policy are one option"),
    ],
)
def test_what_no_client_understands_is_refused_without_the_secret(url, reason):
    with pytest.raises(ConfigError, match=reason) as caught:
        InfluxDBClient.from_url(url)
    assert "s3" not in str(caught.value)


def test_variables_lie_over_the_url_and_foreign_ones_are_left_alone():
    environ = {
        "INFLUX_URL": "http://a:1/x?precision=s",
        "INFLUX_TOKEN": "t",
        "INFLUX_BUCKET": "y",
        "INFLUX_BLOCK_PLUGINS": "z",
        "INFLUX_ORG": "",
        "PATH": "/bin",
    }
    assert options_from_env(environ) == {
        "base_urls": ["http://a:1/x"],
        "precision": "s",
        "db": "y",
        "token": "t",
    }


def test_a_variable_that_cannot_be_read_is_named():
    with pytest.raises(ConfigError, match="the environment: timeout takes seconds"):
        options_from_env({"INFLUX_TIMEOUT": "soon"})


def test_variables_of_one_option_agree():
    environ = {"INFLUX_DB": "x", "INFLUX_BUCKET": "x"}
    assert options_from_env(environ) == {"db": "x"}
    with pytest.raises(ConfigError, match="db and bucket are one option, and have two values"):
        options_from_env({**environ, "INFLUX_BUCKET": "y"})


def test_clients_are_made_of_urls_and_of_variables():
    made = InfluxDBClient.from_url("http://u:s3cret@a:1,b:2/x", timeout=1)
    assert made.base_urls == ["http://a:1", "http://b:2"]
    assert "s3cret" not in repr(made)
    assert InfluxDBClient.from_env({"INFLUX_HOST": "http://c:3"}).base_urls == ["http://c:3"]
    assert InfluxDBClient.from_env({}, base_urls="http://d:4").base_urls == ["http://d:4"]
