"""Fixtures for tests of InfluxDB code: servers and a client, with checks.

The fixtures are synchronous, so that synchronous tests and tests of pytest-asyncio and anyio can
use them. Modules are imported when a fixture is first used.
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
_SHARED: pytest.StashKey[list[ServerPool]] = pytest.StashKey()
_CURRENT: pytest.StashKey[pytest.Item] = pytest.StashKey()
_SETTING_UP: pytest.StashKey[list[pytest.FixtureRequest]] = pytest.StashKey()
_FIXTURES = frozenset({"influx_client", "influx_factory", "influx_memory", "influx_server"})
_OF_THE_TEST = ("leaks", "failures")
_KNOWN = ("flavor", "auth", "data", "now", *_OF_THE_TEST)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--influx-url`, and the settings `influx_url` and `influx_leaks`."""
    said = "run the tests that use influx fixtures against this real server, in databases of theirs"
    parser.getgroup("influx").addoption("--influx-url", metavar="URL", help=said)
    parser.addini("influx_url", said)
    parser.getgroup("influx").addoption(
        "--influx-explore",
        action="store_true",
        help="keep the servers of a failing test open, and print the URL of the page that shows "
        "them (needs influx-explorer); Enter continues",
    )
    parser.addini(
        "influx_leaks", "fail tests that leave clients open or tasks running", "bool", default=True
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse a URL that cannot work before any test runs."""
    config.addinivalue_line(
        "markers",
        "influx(flavor='1.6', auth=False, data=None, now=None, leaks=True, failures=True): how the "
        "test wants its InfluxDB server, and whether leaks and failures of the server fail it",
    )
    if config.getoption("influx_explore"):
        from influx_testing._fixtures.exploring import check_exploring

        check_exploring(config)
    config.stash[_SHARED] = []
    config.stash[_SETTING_UP] = []
    _upstream(config)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Check the real server once; end the run with a one-line error if it cannot be used."""
    upstream = _upstream(session.config)
    if upstream is None or hasattr(session.config, "workerinput"):  # a worker of pytest-xdist
        return
    problem = upstream.problem()
    if problem:
        raise pytest.UsageError(f"--influx-url: {problem}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Record the running test, so that `influx_factory` can assign its servers to it."""
    item.config.stash[_CURRENT] = item
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, Any, Any]:
    """Record which fixture is being set up, for the scope of `influx_factory`."""
    stack = request.config.stash[_SETTING_UP]
    stack.append(request)
    try:
        return (yield)
    finally:
        stack.pop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Create the test's pool of servers before its fixtures; skip what a real server cannot do."""
    if _FIXTURES & set(getattr(item, "fixturenames", ())):
        _pool_of(item)
    with _skipping():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a test whose server failed, whose faults were never applied, or that leaves tasks."""
    _watch_tasks(item)
    try:
        with _skipping():
            yield
    except Exception:
        _report(item, _problems(item))
        raise
    problems = _problems(item)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the servers of a failed test open, if `--influx-explore` says so."""
    report = yield
    pool = item.stash.get(_POOL, None)
    if call.when == "call" and report.failed and item.config.getoption("influx_explore") and pool:
        from influx_testing._fixtures.exploring import explore

        explore(item, pool, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Close the test's servers after all fixtures; fail for what went wrong since the call."""
    try:
        yield
    finally:
        pool = item.stash.get(_POOL, None)
        left = [] if pool is None else pool.close()
    problems = _problems(item)
    if left:
        problems.append("the test left clients open: " + ", ".join(left))
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def _problems(item: pytest.Item) -> list[str]:
    """What went wrong in the servers of a test since the last call."""
    shared = item.config.stash[_SHARED]
    problems = [problem for pool in shared for problem in pool.new_failures()]
    pool = item.stash.get(_POOL, None)
    return problems if pool is None else [*pool.new_problems(), *problems]


def _report(item: pytest.Item, problems: list[str]) -> None:
    """Show what went wrong in the servers beside the failure of the test itself."""
    if problems:
        item.add_report_section("call", "InfluxDB server", "\n".join(problems))


def _pool_of(item: pytest.Item) -> ServerPool:
    """The servers of a test."""
    if _POOL not in item.stash:
        from influx_testing._fixtures.server_options import ServerOptions
        from influx_testing._fixtures.server_pool import ServerPool

        marked = _marked(item)
        options = {name: value for name, value in marked.items() if name not in _OF_THE_TEST}
        item.stash[_POOL] = ServerPool(
            ServerOptions(**options),
            _upstream(item.config),
            watch_clients=_leaks_matter(item),
            may_fail=marked.get("failures", True) is False,
        )
    return item.stash[_POOL]


def _shared_pool(request: pytest.FixtureRequest) -> ServerPool:
    """The servers of a fixture that several tests share; closed when the fixture ends."""
    from influx_testing._fixtures.server_options import ServerOptions
    from influx_testing._fixtures.server_pool import ServerPool

    pool = ServerPool(ServerOptions(), _upstream(request.config), watch_clients=False)
    shared = request.config.stash[_SHARED]
    shared.append(pool)

    def close() -> None:
        pool.close()
        shared.remove(pool)
        problems = pool.new_problems()
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    request.addfinalizer(close)
    return pool


@pytest.fixture(scope="session")
def _influx_listener() -> Iterator[Listener]:
    from influx_testing._server.listener import Listener

    with closing(Listener.on()) as listener:
        yield listener


@pytest.fixture
def _influx_pool(request: pytest.FixtureRequest) -> ServerPool:
    return _pool_of(request.node)


@contextmanager
def _telling_wrong_marker() -> Generator[None]:
    """Fail in one line if the marker has a value that the server refuses."""
    try:
        yield
    except NeedsFake:
        raise
    except Exception as error:
        from influx_testing._inspection.database import InspectionError

        if not isinstance(error, ValueError | InspectionError):
            raise
        pytest.fail(f"the marker influx: {error}", pytrace=False)


@pytest.fixture
def influx_server(_influx_pool: ServerPool, _influx_listener: Listener) -> InfluxServer:
    """An InfluxDB server on a loopback socket, empty at the beginning of each test.

    Any client can use its `.url`. Each process of pytest-xdist has a server of its own.
    """
    with _telling_wrong_marker():
        return _influx_pool.at(_influx_listener)


@pytest.fixture
def influx_memory(_influx_pool: ServerPool) -> InfluxServer:
    """An InfluxDB server without a socket, for InfluxDBClient; `.url` is a `memory://` URL."""
    with _telling_wrong_marker():
        return _influx_pool.in_memory()


@pytest.fixture
def influx_client(request: pytest.FixtureRequest) -> InfluxDBClient:
    """A client of the test's server, with an existing database; closed after the test.

    The server is `influx_server` if the test uses it, otherwise `influx_memory`.
    """
    used = "influx_server" if "influx_server" in request.fixturenames else "influx_memory"
    server: InfluxServer = request.getfixturevalue(used)
    return server.client()


@pytest.fixture(scope="session")
def influx_factory(request: pytest.FixtureRequest) -> Callable[..., InfluxServer]:
    """Creates servers for a test or for a fixture of any scope; they are closed with it.

    It takes the arguments of the marker `influx` except `leaks` and `failures`, and `memory=True`
    for a server without a socket, `tls=True` for HTTPS, `udp=0` for datagrams, and `cassette=` with
    a path relative to the test file. `reset()` empties a server that several tests share.
    """
    config = request.config

    def make(*, cassette: str | None = None, **options: Any) -> InfluxServer:
        __tracebackhide__ = True
        user = _user(config)
        path = None if cassette is None else user.path.parent / cassette
        pool = _shared_pool(user) if isinstance(user, pytest.FixtureRequest) else _pool_of(user)
        return pool.another(cassette=path, **options)

    return make


def _user(config: pytest.Config) -> pytest.Item | pytest.FixtureRequest:
    """Who calls `influx_factory`: a fixture that tests share, or the test."""
    stack = config.stash[_SETTING_UP]
    if stack and stack[-1].scope != "function":
        return stack[-1]
    return config.stash[_CURRENT]


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
    """The arguments of all markers `influx` of a test; those of the nearest one win."""
    marked: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("influx"))):
        unknown = [name for name in mark.kwargs if name not in _KNOWN]
        if mark.args or unknown:
            wrong = ", ".join([*map(repr, mark.args), *unknown])
            known = ", ".join(f"{name}=" for name in _KNOWN)
            pytest.fail(f"the marker influx takes {known} and not {wrong}", pytrace=False)
        marked |= mark.kwargs
    for name in _OF_THE_TEST:
        if not isinstance(marked.get(name, True), bool):
            pytest.fail(
                f"the marker influx: {name} is True or False, not {marked[name]!r}", pytrace=False
            )
    return marked


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
