"""Who may run what: every statement by every kind of user, on the real server and the fake."""

from __future__ import annotations

import http.client
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode, urlsplit

import pytest

from influx_testing import FakeInfluxDB, serve
from influx_testing.influxd import find_influxd, influxd

pytestmark = pytest.mark.slow

STATEMENTS = [
    *("SELECT f FROM m", "SELECT f FROM other..m", "SELECT f FROM (SELECT f FROM other..m)"),
    *("SELECT f INTO t FROM m", "SELECT f INTO other..t FROM m", "SELECT f INTO t FROM other..m"),
    *("EXPLAIN SELECT f FROM m", "EXPLAIN SELECT f FROM other..m"),
    *("SHOW DATABASES", "SHOW MEASUREMENTS", "SHOW MEASUREMENTS ON other"),
    *("SHOW SERIES", "SHOW SERIES ON other", "SHOW SERIES FROM other..m"),
    *("SHOW TAG KEYS", "SHOW TAG KEYS ON other", "SHOW TAG KEYS FROM other..m"),
    *("SHOW TAG VALUES WITH KEY = h", "SHOW TAG VALUES ON other WITH KEY = h"),
    "SHOW TAG VALUES FROM other..m WITH KEY = h",
    *("SHOW FIELD KEYS", "SHOW FIELD KEYS ON other", "SHOW FIELD KEYS FROM other..m"),
    *("SHOW SERIES CARDINALITY", "SHOW SERIES CARDINALITY ON other"),
    *("SHOW SERIES EXACT CARDINALITY", "SHOW SERIES EXACT CARDINALITY ON other"),
    *("SHOW SERIES EXACT CARDINALITY FROM m", "SHOW SERIES EXACT CARDINALITY FROM other..m"),
    *("SHOW SERIES CARDINALITY FROM m", "SHOW MEASUREMENT CARDINALITY"),
    *("SHOW MEASUREMENT CARDINALITY ON other", "SHOW MEASUREMENT EXACT CARDINALITY"),
    *("SHOW MEASUREMENT EXACT CARDINALITY ON other", "SHOW MEASUREMENT EXACT CARDINALITY FROM m"),
    *("SHOW MEASUREMENT CARDINALITY FROM m", "SHOW TAG KEY CARDINALITY"),
    *("SHOW TAG KEY CARDINALITY ON other", "SHOW TAG KEY EXACT CARDINALITY"),
    *("SHOW TAG KEY CARDINALITY FROM m", "SHOW TAG VALUES CARDINALITY WITH KEY = h"),
    "SHOW TAG VALUES CARDINALITY ON other WITH KEY = h",
    "SHOW TAG VALUES EXACT CARDINALITY FROM m WITH KEY = h",
    *("SHOW FIELD KEY CARDINALITY", "SHOW FIELD KEY CARDINALITY ON other"),
    "SHOW FIELD KEY EXACT CARDINALITY FROM other..m",
    *("SHOW RETENTION POLICIES", "SHOW RETENTION POLICIES ON other", "SHOW CONTINUOUS QUERIES"),
    *("SHOW SUBSCRIPTIONS", "SHOW SHARDS", "SHOW SHARD GROUPS", "SHOW USERS", "SHOW GRANTS FOR r"),
    *("SHOW QUERIES", "SHOW STATS", "SHOW DIAGNOSTICS"),
    *("CREATE DATABASE mine", "DROP DATABASE nosuch"),
    "CREATE RETENTION POLICY p ON mine DURATION 0s REPLICATION 1",
    "ALTER RETENTION POLICY autogen ON mine DEFAULT",
    *("DROP RETENTION POLICY nosuch ON mine", "DROP RETENTION POLICY nosuch ON other"),
    *(
        f"CREATE CONTINUOUS QUERY c ON {place} BEGIN SELECT mean(f) INTO {target} FROM {source} "
        "GROUP BY time(1h) END"
        for place, target, source in [
            *(("mine", "t", "m"), ("other", "t", "m"), ("mine", "other..t", "m")),
            ("mine", "t", "other..m"),
        ]
    ),
    "DROP CONTINUOUS QUERY c ON mine; DROP CONTINUOUS QUERY c ON other",
    *("CREATE USER z WITH PASSWORD 'z'", "DROP USER nosuch", "SET PASSWORD FOR nosuch = 'x'"),
    *("GRANT READ ON mine TO nosuch", "REVOKE READ ON mine FROM nosuch"),
    *("GRANT ALL PRIVILEGES TO nosuch", "REVOKE ALL PRIVILEGES FROM nosuch"),
    "CREATE SUBSCRIPTION s ON mine.autogen DESTINATIONS ALL 'http://127.0.0.1:1'",
    "DROP SUBSCRIPTION s ON mine.autogen",
    *("DELETE FROM nosuch", "DROP SERIES FROM nosuch", "DROP MEASUREMENT nosuch"),
    *("DROP SHARD 99999", "KILL QUERY 99999"),
]
GRANTS = {
    "r": ["READ ON mine"],
    "w": ["WRITE ON mine"],
    "a": ["ALL ON mine"],
    "n": [],
    "rr": ["READ ON mine", "READ ON other"],
    "wa": ["WRITE ON mine", "ALL ON other"],
    "root": [],
}
VOLATILE = ("SHOW QUERIES", "SHOW SHARD", "SHOW STATS", "SHOW DIAGNOSTICS")
"""What is answered in other words each time: of these, only whether they are answered."""

Told = tuple[int, bytes]


class Server:
    """A server that asks for a name and a password."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(self, user: str, query: str, database: str = "", verb: str = "POST") -> Told:
        """Ask as a user; the password is the name."""
        params = {"q": query, "u": user, "p": user, "db": database, "epoch": "ns"}
        return self.send(verb, f"/query?{urlencode(params)}", b"")

    def send(self, verb: str, path: str, body: bytes) -> Told:
        self._connection.request(verb, path, body)
        response = self._connection.getresponse()
        return response.status, response.read()

    def close(self) -> None:
        self._connection.close()

    def prepare(self) -> None:
        """Make two databases with a point each, and all users."""
        self.ask("", "CREATE USER root WITH PASSWORD 'root' WITH ALL PRIVILEGES")
        for name in ("mine", "other"):
            self.ask("root", f"CREATE DATABASE {name}")
            status, _ = self.send(
                "POST", f"/write?db={name}&u=root&p=root", b"m,h=a f=1 1577836800000000000"
            )
            assert status == 204
        for user, privileges in GRANTS.items():
            self.ask("root", f"CREATE USER {user} WITH PASSWORD '{user}'")
            for privilege in privileges:
                self.ask("root", f"GRANT {privilege} TO {user}")


@contextmanager
def both_servers() -> Generator[tuple[Server, Server]]:
    """Run a real server and a fake one that ask for a name and a password."""
    if find_influxd() is None:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    with ExitStack() as stack:
        url = stack.enter_context(influxd({"http.auth-enabled": "true"}))
        fake = FakeInfluxDB(config={"http.auth-enabled": True})
        real, other = Server(url), Server(stack.enter_context(serve(fake=fake)).url)
        for server in (real, other):
            stack.callback(server.close)
            server.prepare()
        yield real, other


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with both_servers() as servers:
        yield servers


@pytest.mark.parametrize("user", GRANTS)
@pytest.mark.parametrize("database", ["mine", "other", ""])
def test_each_statement_asks_for_the_same_rights(
    servers: tuple[Server, Server], user: str, database: str
) -> None:
    for statement in STATEMENTS:
        for verb in ("POST", "GET"):
            real, fake = (server.ask(user, statement, database, verb) for server in servers)
            if statement.startswith(VOLATILE):
                real, fake = ((status, b"") for status, _ in (real, fake))
            assert fake == real, (verb, statement)


def test_without_an_administrator_nobody_is_let_in() -> None:
    steps = ["REVOKE ALL PRIVILEGES FROM root", "SHOW DATABASES", "SHOW USERS"]
    steps += ["CREATE USER root WITH PASSWORD 'root' WITH ALL PRIVILEGES"]
    with both_servers() as servers:
        real, fake = ([server.ask("root", step) for step in steps] for server in servers)
    assert fake == real
    assert b"no user provided" in real[1][1]
