"""A test fails when its server failed, whatever the application made of that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import influx_testing._fixtures.server_pool  # noqa: F401 - pytester forgets what only its runs import

pytest_plugins = ["pytester"]

HEAD = """
import urllib.request
from urllib.error import HTTPError
import pytest
from influx_testing import Fault

def ask(server, query, credentials=""):
    "As an application that swallows every failure."
    url = f"{server.url}/query?db={server.database}&{credentials}"
    try:
        urllib.request.urlopen(url, f"q={query}".encode())
    except (HTTPError, ConnectionError):
        pass
"""
UNSUPPORTED = "SHOW TAG KEY CARDINALITY FROM m GROUP BY time(1m)"


def run(pytester: pytest.Pytester, text: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(HEAD + text)
    quiet = ("-p", "no:xdist", "-p", "no:cacheprovider", "-W", "ignore")
    return pytester.runpytest_inprocess(*quiet, *options)


def test_a_request_that_the_fake_does_not_support_fails_the_test(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, f"def test(influx_server):\n    ask(influx_server, {UNSUPPORTED!r})\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "the server failed to answer POST /query?*CARDINALITY*: 501",
            "not supported by the fake server: GROUP BY time(1m) in SHOW TAG KEY CARDINALITY",
        ]
    )


def test_a_bug_of_the_fake_fails_the_test(pytester: pytest.Pytester) -> None:
    text = """
def test(influx_server):
    influx_server.load("m v=1 1")
    influx_server.fake.engine.databases = None
    ask(influx_server, "SHOW DATABASES")
"""
    result = run(pytester, text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["the server failed to answer POST /query?*: 500", "Traceback *", "*Error: *"]
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("assert request.path == '/write'", "AssertionError*"),
        ("pytest.fail('no')", "*Failed: no"),
        ("return None", "TypeError: the fault 'mine' must return a response, not None"),
    ],
    ids=["assert", "pytest.fail", "no response"],
)
def test_an_error_in_a_fault_of_ones_own_fails_the_test(
    pytester: pytest.Pytester, body: str, shown: str
) -> None:
    text = f"""
def mine(request, server):
    {body}

def test(influx_server):
    influx_server.fail(Fault("mine", mine))
    ask(influx_server, "SHOW DATABASES")
"""
    result = run(pytester, text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the server failed to answer POST /query*(mine)", f"*{shown}"])


def test_a_request_that_the_recording_does_not_have_fails_the_test(
    pytester: pytest.Pytester,
) -> None:
    Path(pytester.path, "empty.json").write_text(json.dumps({"exchanges": [], "format": 1}))
    text = """
def test(influx_factory):
    ask(influx_factory(cassette="empty.json"), "SHOW DATABASES")
"""
    result = run(pytester, text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["not recorded, or answered already: POST /query SHOW DATABASES"])


def test_a_test_that_fails_itself_shows_what_the_server_did(pytester: pytest.Pytester) -> None:
    text = f"""
def test(influx_server):
    ask(influx_server, {UNSUPPORTED!r})
    assert influx_server.points()
"""
    result = run(pytester, text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*InfluxDB server*", "the server failed to answer POST /query?*", "not supported by *"]
    )


def test_a_failure_while_fixtures_end_is_an_error(pytester: pytest.Pytester) -> None:
    text = f"""
@pytest.fixture
def last(influx_server):
    yield
    ask(influx_server, {UNSUPPORTED!r})

def test(last):
    pass
"""
    run(pytester, text).assert_outcomes(passed=1, errors=1)


def test_the_marker_allows_the_server_to_fail(pytester: pytest.Pytester) -> None:
    text = f"""
@pytest.mark.influx(failures=False)
def test(influx_server, influx_factory):
    ask(influx_server, {UNSUPPORTED!r})
    ask(influx_factory(), {UNSUPPORTED!r})
    assert [len(each.failures) for each in influx_server.requests] == [1]
"""
    run(pytester, text).assert_outcomes(passed=1)


SHARED = f"""
@pytest.fixture(scope="module")
def server(influx_factory):
    return influx_factory(data="m v=1 1", auth=True, now=0)

@pytest.fixture(scope="session")
def session_server(influx_factory):
    return influx_factory(memory=True)

@pytest.fixture
def clean(server):
    server.reset()
    return server

def test_one(server, session_server):
    assert len(server.points()) == 1
    server.load("n v=2 2")
    server.load("n v=2 2", "other")
    server.fail(status=503).optional()
    server.clock.advance(10)
    session_server.load("m v=1 1")

def test_it_is_shared(server, session_server):
    assert len(server.points("n")) == 2
    assert len(session_server.points()) == 1

def test_it_is_reset(clean, server):
    assert clean is server
    assert [point.measurement for point in clean.points()] == ["m"]
    assert clean.requests == ()
    assert clean.clock() == 0
    assert clean.inspector.databases() == [clean.database]
    ask(clean, "SHOW DATABASES")
    assert clean.requests[0].status == 401

def test_failing(server):
    ask(server, {UNSUPPORTED!r}, "u=admin&p=admin")
    server.reset()

def test_after(server):
    pass
"""


def test_servers_of_wider_fixtures_are_shared_reset_and_checked_after_each_test(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, SHARED, "-v")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["*::test_failing FAILED*", "*::test_after PASSED*"])


def test_a_fault_of_a_shared_server_that_is_never_applied_fails_when_the_server_ends(
    pytester: pytest.Pytester,
) -> None:
    text = """
@pytest.fixture(scope="module")
def server(influx_factory):
    return influx_factory()

def test(server):
    server.fail(status=503)
"""
    result = run(pytester, text)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*a fault was never applied: status 503"])


@pytest.mark.parametrize(
    "call", ["server.assert_written('m v=1')", "server.assert_no_writes()", "factory(cassette='x')"]
)
def test_a_failing_check_shows_the_line_of_the_test_alone(
    pytester: pytest.Pytester, call: str
) -> None:
    text = f"""
def test(influx_server, influx_factory):
    server, factory = influx_server, influx_factory
    url = f"{{server.url}}/write?db={{server.database}}"
    urllib.request.urlopen(url, b"n v=1 1")
    {call}
"""
    result = run(pytester, text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f">   *{call.replace('[', '[[]')}"])
    result.stdout.no_fnmatch_line("*influx_testing/*")
