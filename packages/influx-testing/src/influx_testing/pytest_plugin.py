"""Fixtures for projects that test their InfluxDB code: servers, a client, and what they check.

Fixtures are synchronous, so that tests of any kind can use them: synchronous ones, those of
pytest-asyncio, those of anyio. What they need is imported when a test first asks for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from influx_testing.errors import NeedsFake

if TYPE_CHECKING:
    from influx_core import InfluxDBClient
    from influx_testing._fixtures.server_pool import ServerPool
    from influx_testing._server.influx_server import InfluxServer
    from influx_testing._server.listener import Listener
    from influx_testing._server.upstream import Upstream

__all__ = ["influx_client", "influx_factory", "influx_memory", "influx_server"]

_POOL: pytest.StashKey[ServerPool] = pytest.StashKey()
_KNOWN = ("flavor", "auth", "data", "now", "leaks")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--influx-url`, and the same and `influx_leaks` for the configuration file."""
    said = "run the tests that use influx fixtures against this real server, in databases of theirs"
    parser.getgroup("influx").addoption("--influx-url", metavar="URL", help=said)
    parser.addini("influx_url", said)
    parser.addini(
        "influx_leaks", "fail tests that leave clients open or tasks running", "bool", default=True
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and refuse a URL that cannot work before any test runs."""
    config.addinivalue_line(
        "markers",
        "influx(flavor='1.6', auth=False, data=None, now=None, leaks=True): how the test wants "
        "its InfluxDB server",
    )
    _upstream(config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Skip what a real server cannot do."""
    with _skipping():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a test whose faults never struck, or that leaves tasks running."""
    _watch_tasks(item)
    with _skipping():
        yield
    pool = item.stash.get(_POOL, None)
    if pool is not None and (problems := pool.problems()):
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.fixture(scope="session")
def _influx_listener() -> Iterator[Listener]:
    from influx_testing._server.listener import Listener

    with closing(Listener.on()) as listener:
        yield listener


@pytest.fixture
def _influx_pool(request: pytest.FixtureRequest) -> Iterator[ServerPool]:
    from influx_testing._fixtures.server_options import ServerOptions
    from influx_testing._fixtures.server_pool import ServerPool

    item = request.node
    options = {name: value for name, value in _marked(item).items() if name != "leaks"}
    upstream = _upstream(request.config)
    pool = ServerPool(ServerOptions(**options), upstream, watch_clients=_leaks_matter(item))
    item.stash[_POOL] = pool
    yield pool
    left = pool.close()
    if left:
        pytest.fail("the test left clients open: " + ", ".join(left), pytrace=False)


@pytest.fixture
def influx_server(_influx_pool: ServerPool, _influx_listener: Listener) -> InfluxServer:
    """An InfluxDB server behind a loopback socket, empty for each test.

    Any client can use its `.url`. There is one socket a process, so tests that run in parallel in
    processes of their own (pytest-xdist) do not meet.
    """
    return _influx_pool.at(_influx_listener)


@pytest.fixture
def influx_memory(_influx_pool: ServerPool) -> InfluxServer:
    """An InfluxDB server without a socket, for an InfluxDBClient: its `.url` is a `memory://`."""
    return _influx_pool.in_memory()


@pytest.fixture
def influx_client(request: pytest.FixtureRequest) -> InfluxDBClient:
    """A client of the test's server, with a database of its own that exists; needs no closing.

    The server is `influx_server` where the test uses that, `influx_memory` otherwise.
    """
    used = "influx_server" if "influx_server" in request.fixturenames else "influx_memory"
    server: InfluxServer = request.getfixturevalue(used)
    return server.client()


@pytest.fixture
def influx_factory(
    request: pytest.FixtureRequest, _influx_pool: ServerPool
) -> Callable[..., InfluxServer]:
    """Makes as many servers as a test needs.

    It takes what the marker `influx` takes, but for `leaks`, and `memory=True` for a server
    without a socket, and `cassette=`, a path that begins at the test's file.
    """

    def make(*, cassette: str | None = None, **options: Any) -> InfluxServer:
        path = None if cassette is None else request.path.parent / cassette
        return _influx_pool.another(cassette=path, **options)

    return make


def _upstream(config: pytest.Config) -> Upstream | None:
    url = config.getoption("influx_url") or config.getini("influx_url")
    if not url:
        return None
    from influx_testing._server.upstream import Upstream

    try:
        return Upstream.at(url)
    except ValueError as error:
        raise pytest.UsageError(f"--influx-url: {error}") from error


def _marked(item: pytest.Item) -> dict[str, Any]:
    """What the markers of a test say together; the nearest one has the last word."""
    said: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("influx"))):
        unknown = [name for name in mark.kwargs if name not in _KNOWN]
        if mark.args or unknown:
            wrong = ", ".join([*map(repr, mark.args), *unknown])
            known = ", ".join(f"{name}=" for name in _KNOWN)
            pytest.fail(f"the marker influx takes {known} and not {wrong}", pytrace=False)
        said |= mark.kwargs
    return said


def _watch_tasks(item: pytest.Item) -> None:
    watched = _POOL in item.stash and _leaks_matter(item)
    if watched and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        from influx_testing._fixtures.leaks import without_leaked_tasks

        item.obj = without_leaked_tasks(item.obj)


def _leaks_matter(item: pytest.Item) -> bool:
    return bool(_marked(item).get("leaks", item.config.getini("influx_leaks")))


@contextmanager
def _skipping() -> Generator[None]:
    try:
        yield
    except NeedsFake as error:
        pytest.skip(str(error))
