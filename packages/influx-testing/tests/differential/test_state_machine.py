"""The fake against the real server: random sequences of statements that change the catalog.

Each step is done to both servers, and what they answer has to be equal. INFLUX_STATE_STEPS sets how
many steps there are; without it some runs that are always the same.
"""

from __future__ import annotations

import http.client
import itertools
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from influx_testing import FakeInfluxDB, serve
from influx_testing.influxd import find_influxd, influxd

STEPS = int(os.environ.get("INFLUX_STATE_STEPS", "0"))
STEPS_OF_A_RUN = 50

START = 1_577_836_800
DATABASES = st.sampled_from(["DB1", "DB1", "DB2", "DB3"])
POLICIES = st.sampled_from(["autogen", "autogen", "p", "q"])
USERS = st.sampled_from(["USER1", "USER2"])
QUERIES = st.sampled_from(["c", "d"])
SUBSCRIPTIONS = st.sampled_from(["s", "t"])
MEASUREMENTS = st.sampled_from(["cpu", "cpu", "mem"])
TAGS = st.sampled_from(["", ",host=a", ",host=b", ",host=a,region=x", ",region=y"])
VALUES = st.sampled_from(["f=1", "f=2.5", "n=1i", "f=1,n=2i", 's="x"', "f=3i", "b=true"])
DURATIONS = st.sampled_from(["0s", "INF", "1h", "30m", "2h", "1d", "3d", "52w", "2000w"])
SHARD_DURATIONS = st.sampled_from(["0s", "30m", "1h", "2h", "1d", "7d", "52w"])
HOURS = st.integers(0, 400)
CONDITIONS = st.sampled_from(
    ["host = 'a'", "host != 'a'", "region = 'x'", "host =~ /a|b/", "region !~ /x/", "f > 1"]
)

CHECKS = st.sampled_from(
    [
        *("SHOW DATABASES", "SHOW USERS", "SHOW SUBSCRIPTIONS", "SHOW CONTINUOUS QUERIES"),
        *("SHOW GRANTS FOR USER1", "SHOW RETENTION POLICIES ON DB1", "SHOW MEASUREMENTS ON DB1"),
        *("SHOW RETENTION POLICIES ON DB2", "SHOW SERIES ON DB1", "SHOW FIELD KEYS ON DB1"),
        *("SHOW TAG KEYS ON DB1", "SHOW TAG VALUES ON DB1 WITH KEY =~ /./"),
        *("SHOW SERIES CARDINALITY ON DB1", "SHOW MEASUREMENT CARDINALITY ON DB1"),
        *("SHOW SERIES EXACT CARDINALITY ON DB1", "SELECT * FROM DB1..cpu"),
        *("SELECT count(*) FROM DB1..cpu", "SELECT * FROM DB1.p./.*/ GROUP BY *"),
        *("SELECT f FROM DB1.autogen.mem WHERE host = 'a'", "SELECT mean(f) FROM DB1..cpu"),
        *("SHOW SERIES ON DB2", "SELECT * FROM DB2.q.copy", "SELECT first(f), host FROM DB1..cpu"),
    ]
)
_runs = itertools.count()

Told = tuple[int, Any]


class Server:
    """One of the servers, with names of its own for each run."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._run = 0

    def begin(self, run: int) -> None:
        """Use names that no other run has used."""
        self._run = run

    def close(self) -> None:
        self._connection.close()

    def ask(self, text: str, database: str = "") -> Told:
        """Run statements."""
        params = {"q": self._own(text), "epoch": "s", "db": self._own(database)}
        return self._send(f"/query?{urlencode(params)}", b"")

    def write(self, database: str, policy: str, lines: str) -> Told:
        """Write lines, times in seconds."""
        place = {"db": self._own(database), "rp": policy, "precision": "s"}
        return self._send(f"/write?{urlencode(place)}", lines.encode())

    def shards(self) -> list[tuple[str, str]]:
        """The numbers of the shards of this run, and where they are, in order of these."""
        _, body = self._send(f"/query?{urlencode({'q': 'SHOW SHARDS'})}", b"")
        rows = re.findall(rb'\[(\d+),"(\w+)","(\w+)",\d+,"([^"]*)"', body)
        own = re.compile(rf"DB\d_{self._run}x")
        return sorted(
            (f"{database}.{policy}.{start}".replace(f"_{self._run}x", ""), number)
            for number, database, policy, start in (map(bytes.decode, row) for row in rows)
            if own.fullmatch(database)
        )

    def _own(self, text: str) -> str:
        return re.sub(r"\b(DB|USER)(\d)\b", rf"\1\2_{self._run}x", text)

    def _send(self, path: str, body: bytes) -> Told:
        self._connection.request("POST", path, body)
        response = self._connection.getresponse()
        answer = response.read()
        return response.status, re.sub(rb"shard \d+", b"shard N", answer)

    def of_this_run(self, told: Told) -> Told:
        """Leave out of a listing what belongs to other runs, and the run's own number."""
        status, body = told
        text = body.decode().replace(f"_{self._run}x", "")
        for pattern in (
            r'\["(?:\w+_\d+x|_internal)"(?:,(?:true|false))?\],?',
            r'\{"name":"\w+_\d+x","columns":\["name","query"\](?:,"values":\[.*?\]\])?\},?',
            r'\{"name":"\w+_\d+x","columns":\["retention_policy".*?\]\]\},?',
            r'\{"name":"_internal"[^{}]*\},?',
        ):
            text = re.sub(pattern, "", text)
        return status, text.replace(",]", "]").replace(',"series":[]', "").replace("],]", "]]")


class Catalog(RuleBasedStateMachine):
    """Changes both servers in the same way."""

    real: Server
    fake: Server

    def __init__(self) -> None:
        super().__init__()
        run = next(_runs)
        for server in (self.real, self.fake):
            server.begin(run)
        self.both("CREATE DATABASE DB1")

    def both(self, text: str) -> None:
        real, fake = (server.of_this_run(server.ask(text)) for server in (self.real, self.fake))
        assert fake == real, text

    def teardown(self) -> None:
        for name in ("DATABASE DB1", "DATABASE DB2", "DATABASE DB3", "USER USER1", "USER USER2"):
            for server in (self.real, self.fake):
                server.ask(f"DROP {name}")

    @rule(database=DATABASES)
    def create_database(self, database: str) -> None:
        self.both(f"CREATE DATABASE {database}")

    @rule(
        database=DATABASES,
        duration=st.sampled_from(["", " DURATION 2d", " DURATION INF", " DURATION 30m"]),
        replication=st.sampled_from(["", " REPLICATION 1", " REPLICATION 2"]),
        shard=st.sampled_from(["", " SHARD DURATION 1h", " SHARD DURATION 1d"]),
        name=st.sampled_from(["", " NAME p", " NAME autogen"]),
    )
    def create_database_with_a_policy(
        self, database: str, duration: str, replication: str, shard: str, name: str
    ) -> None:
        options = duration + replication + shard + name
        self.both(f"CREATE DATABASE {database}" + (f" WITH{options}" if options else ""))

    @rule(database=DATABASES, really=st.integers(0, 3))
    def drop_database(self, database: str, really: int) -> None:
        if not really or database != "DB1":
            self.both(f"DROP DATABASE {database}")

    @rule(
        database=DATABASES,
        policy=POLICIES,
        duration=DURATIONS,
        replication=st.integers(1, 2),
        shard=st.one_of(st.none(), SHARD_DURATIONS),
        default=st.booleans(),
    )
    def create_policy(
        self,
        database: str,
        policy: str,
        duration: str,
        replication: int,
        shard: str | None,
        default: bool,
    ) -> None:
        self.both(
            f"CREATE RETENTION POLICY {policy} ON {database} DURATION {duration} "
            f"REPLICATION {replication}{f' SHARD DURATION {shard}' if shard else ''}"
            f"{' DEFAULT' if default else ''}"
        )

    @rule(
        database=DATABASES,
        policy=POLICIES,
        duration=st.one_of(st.none(), st.sampled_from(["0s", "INF", "30m", "2000w"])),
        replication=st.one_of(st.none(), st.integers(1, 3)),
        shard=st.one_of(st.none(), SHARD_DURATIONS),
        default=st.booleans(),
    )
    def alter_policy(
        self,
        database: str,
        policy: str,
        duration: str | None,
        replication: int | None,
        shard: str | None,
        default: bool,
    ) -> None:
        options = [
            *([f"DURATION {duration}"] if duration else []),
            *([f"REPLICATION {replication}"] if replication else []),
            *([f"SHARD DURATION {shard}"] if shard else []),
            *(["DEFAULT"] if default else []),
        ]
        self.both(f"ALTER RETENTION POLICY {policy} ON {database} {' '.join(options)}")

    @rule(database=DATABASES, policy=POLICIES)
    def drop_policy(self, database: str, policy: str) -> None:
        self.both(f"DROP RETENTION POLICY {policy} ON {database}")

    @rule(user=USERS, password=st.sampled_from(["x", "x", "y", ""]), admin=st.booleans())
    def create_user(self, user: str, password: str, admin: bool) -> None:
        rights = " WITH ALL PRIVILEGES" if admin else ""
        self.both(f"CREATE USER {user} WITH PASSWORD '{password}'{rights}")

    @rule(user=USERS)
    def drop_user(self, user: str) -> None:
        self.both(f"DROP USER {user}")

    @rule(user=USERS, password=st.sampled_from(["x", "y", ""]))
    def set_password(self, user: str, password: str) -> None:
        self.both(f"SET PASSWORD FOR {user} = '{password}'")

    @rule(
        verb=st.sampled_from(["GRANT {} TO", "REVOKE {} FROM"]),
        privilege=st.sampled_from(["READ", "WRITE", "ALL"]),
        database=st.one_of(st.none(), DATABASES),
        user=USERS,
    )
    def grant(self, verb: str, privilege: str, database: str | None, user: str) -> None:
        what = "ALL PRIVILEGES" if database is None else f"{privilege} ON {database}"
        self.both(f"{verb.format(what)} {user}")

    @rule(
        query=QUERIES,
        database=DATABASES,
        call=st.sampled_from(["mean(f)", "max(f)", "f"]),
        into=st.sampled_from(["copy", "p.copy", "DB2.q.copy", "DB3..copy"]),
        group=st.sampled_from([" GROUP BY time(1h)", " GROUP BY time(1h), *", ""]),
        resample=st.sampled_from(["", "", "RESAMPLE EVERY 1h ", "RESAMPLE FOR 30m "]),
    )
    def create_query(
        self, query: str, database: str, call: str, into: str, group: str, resample: str
    ) -> None:
        self.both(
            f"CREATE CONTINUOUS QUERY {query} ON {database} {resample}BEGIN "
            f"SELECT {call} INTO {into} FROM cpu{group} END"
        )

    @rule(query=QUERIES, database=DATABASES)
    def drop_query(self, query: str, database: str) -> None:
        self.both(f"DROP CONTINUOUS QUERY {query} ON {database}")

    @rule(
        subscription=SUBSCRIPTIONS,
        database=DATABASES,
        policy=POLICIES,
        mode=st.sampled_from(["ALL", "ANY"]),
        urls=st.sampled_from(
            [
                *("'http://127.0.0.1:9'", "'udp://127.0.0.1:9', 'http://127.0.0.1:9'"),
                *("'127.0.0.1:9'", "'ftp://x'", "'http://'", "'udp://x'", "''", "'https://x:1'"),
                *("'http://x:abc'", "'http://x:1/path'", "'nothing'", "'udp://[::1]:9'"),
            ]
        ),
    )
    def subscribe(
        self, subscription: str, database: str, policy: str, mode: str, urls: str
    ) -> None:
        self.both(
            f"CREATE SUBSCRIPTION {subscription} ON {database}.{policy} DESTINATIONS {mode} {urls}"
        )

    @rule(subscription=SUBSCRIPTIONS, database=DATABASES, policy=POLICIES)
    def unsubscribe(self, subscription: str, database: str, policy: str) -> None:
        self.both(f"DROP SUBSCRIPTION {subscription} ON {database}.{policy}")

    @rule(
        database=DATABASES,
        policy=st.sampled_from(["", "", "autogen", "p", "q"]),
        points=st.lists(st.tuples(MEASUREMENTS, TAGS, VALUES), min_size=1, max_size=4),
        hour=HOURS,
    )
    def write(
        self, database: str, policy: str, points: list[tuple[str, str, str]], hour: int
    ) -> None:
        """Write points within one minute: they go to one shard."""
        lines = "\n".join(
            f"{measurement}{tags} {values} {START + hour * 3600 + index}"
            for index, (measurement, tags, values) in enumerate(points)
        )
        told = [
            server.of_this_run(server.write(database, policy, lines))
            for server in (self.real, self.fake)
        ]
        assert told[1] == told[0], lines

    @rule(
        place=st.sampled_from(["FROM cpu", "FROM mem", "FROM /c|m/", ""]),
        condition=st.one_of(st.none(), CONDITIONS),
        hour=st.one_of(st.none(), HOURS),
        database=DATABASES,
    )
    def delete(self, place: str, condition: str | None, hour: int | None, database: str) -> None:
        bounds = [] if hour is None else [f"time < {START + hour * 3600}s"]
        where = " AND ".join([*bounds, *([condition] if condition else [])])
        if place or where:
            self.in_database(database, f"DELETE {place}{f' WHERE {where}' if where else ''}")

    @rule(
        place=st.sampled_from(["FROM cpu", "FROM mem", "FROM /c|m/", ""]),
        condition=st.one_of(st.none(), CONDITIONS),
        database=DATABASES,
    )
    def drop_series(self, place: str, condition: str | None, database: str) -> None:
        if place or condition:
            where = f" WHERE {condition}" if condition else ""
            self.in_database(database, f"DROP SERIES {place}{where}")

    @rule(measurement=MEASUREMENTS, database=DATABASES)
    def drop_measurement(self, measurement: str, database: str) -> None:
        self.in_database(database, f"DROP MEASUREMENT {measurement}")

    @rule(index=st.integers(0, 20))
    def drop_shard(self, index: int) -> None:
        real, fake = self.real.shards(), self.fake.shards()
        assert [place for place, _ in fake] == [place for place, _ in real]
        if real:
            for server, shards in ((self.real, real), (self.fake, fake)):
                server.ask(f"DROP SHARD {shards[index % len(shards)][1]}")

    @rule(
        what=st.sampled_from(["f", "*", "mean(f)", "f, host", "count(*)", "max(n)"]),
        into=st.sampled_from(["copy", "p.copy", "cpu", "DB2.q.copy", "DB2..:MEASUREMENT"]),
        source=st.sampled_from(["cpu", "mem", "/c|m/"]),
        group=st.sampled_from(["", " GROUP BY *", " GROUP BY host"]),
    )
    def write_back(self, what: str, into: str, source: str, group: str) -> None:
        self.in_database("DB1", f"SELECT {what} INTO {into} FROM {source}{group}")

    @rule(check=CHECKS)
    def look(self, check: str) -> None:
        self.both(check)

    @rule(checks=st.lists(CHECKS, min_size=2, max_size=3))
    def look_at_several(self, checks: list[str]) -> None:
        self.both("; ".join(checks))

    def in_database(self, database: str, statement: str) -> None:
        told = [
            server.of_this_run(server.ask(statement, database)) for server in (self.real, self.fake)
        ]
        assert told[1] == told[0], (database, statement)


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """A real server and a fake one, of this test alone: SHOW DATABASES has to be equal."""
    if find_influxd() is None and "INFLUX_REQUIRE_INFLUXD" not in os.environ:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    with ExitStack() as stack:
        fake = stack.enter_context(serve(fake=FakeInfluxDB()))
        pair = Server(stack.enter_context(influxd())), Server(fake.url)
        for server in pair:
            stack.callback(server.close)
        yield pair


@pytest.mark.slow
def test_random_changes_of_the_catalog_have_equal_answers(servers: tuple[Server, Server]) -> None:
    class Machine(Catalog):
        real, fake = servers

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(STEPS // STEPS_OF_A_RUN, 1) if STEPS else 4,
            stateful_step_count=STEPS_OF_A_RUN,
            deadline=None,
            derandomize=not STEPS,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
