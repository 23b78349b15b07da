"""Where the URL and the credentials come from."""

from __future__ import annotations

import pytest
from examples.system_metrics.options import client_options, parse

URL = "http://db.example:8086"
PROMPTED = {"password": "typed password", "token": "typed token"}


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ([], {}, {}),
        (["--username", "u"], {}, {"username": "u", "password": "typed password"}),
        (["--username", "u"], {"INFLUX_PASSWORD": "p"}, {"username": "u", "password": "p"}),
        (
            [],
            {"INFLUX_USERNAME": "u", "INFLUX_PASSWORD": "p"},
            {"username": "u", "password": "p"},
        ),
        (["--token", "t"], {}, {"api": "auto", "token": "t", "org": None}),
        (["--token"], {"INFLUX_TOKEN": "t"}, {"api": "auto", "token": "t", "org": None}),
        (["--token", "--org", "o"], {}, {"api": "auto", "token": "typed token", "org": "o"}),
        ([], {"INFLUX_TOKEN": "t"}, {"api": "auto", "token": "t", "org": None}),
    ],
)
def test_credentials_come_from_the_options_then_the_environment_then_a_prompt(
    arguments: list[str], environ: dict[str, str], expected: dict[str, str]
) -> None:
    options = parse(["--url", URL, *arguments])
    assert client_options(options, environ, PROMPTED.__getitem__) == {"base_urls": URL, **expected}


def test_credentials_in_the_url_are_taken_out_of_it() -> None:
    options = parse(["--url", "http://us%40er:pass%3Aword@db.example:8086/prefix"])
    assert client_options(options, {}, PROMPTED.__getitem__) == {
        "base_urls": "http://db.example:8086/prefix",
        "username": "us@er",
        "password": "pass:word",
    }
