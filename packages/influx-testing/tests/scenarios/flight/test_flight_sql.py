"""Flight SQL: statements, prepared ones with parameters, the catalog, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from influx_testing import FakeInfluxDB, ServedFake, serve
from influx_testing._flight.flight_sql_messages import (
    GetCatalogs,
    GetDbSchemas,
    GetSqlInfo,
    GetTables,
    GetTableTypes,
    StatementQuery,
    packed,
)
from influx_testing._flight.protobuf import ProtobufMessage


@pytest.fixture
def options(flight: Any) -> Any:
    return flight.FlightCallOptions(timeout=60, headers=[(b"database", b"db")])


def answer(flight: Any, client: Any, options: Any, command: ProtobufMessage) -> Any:
    """The rows of a command, as a client of Flight SQL reads them."""
    info = client.get_flight_info(flight.FlightDescriptor.for_command(packed(command)), options)
    (endpoint,) = info.endpoints
    table = client.do_get(endpoint.ticket, options).read_all()
    assert table.schema == info.schema
    assert (endpoint.locations, info.total_records, info.total_bytes) == ([], -1, -1)
    return table


def test_a_statement_has_its_schema_before_its_rows(flight: Any, client: Any, options: Any) -> None:
    table = answer(flight, client, options, StatementQuery("SELECT host, load FROM cpu LIMIT 1"))
    assert table.to_pylist() == [{"host": "a", "load": 1.5}]
    assert table.schema.metadata[b"iox::measurement::name"] == b"cpu"


def test_a_ticket_keeps_its_database(flight: Any, client: Any, options: Any) -> None:
    descriptor = flight.FlightDescriptor.for_command(packed(StatementQuery("SELECT 1 AS one")))
    ticket = client.get_flight_info(descriptor, options).endpoints[0].ticket
    assert client.do_get(ticket).read_all().to_pylist() == [{"one": 1}]


def test_the_catalog_lists_schemas_tables_and_types(flight: Any, client: Any, options: Any) -> None:
    def rows(command: ProtobufMessage) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in answer(flight, client, options, command).to_pylist()]

    assert rows(GetCatalogs()) == [("public",)]
    assert rows(GetDbSchemas()) == [
        ("public", "information_schema"),
        ("public", "iox"),
        ("public", "system"),
    ]
    assert rows(GetDbSchemas(db_schema_filter_pattern="%ox")) == [("public", "iox")]
    assert rows(GetDbSchemas(catalog="other")) == []
    assert rows(GetTableTypes()) == [("BASE TABLE",), ("VIEW",)]
    tables = rows(GetTables(table_types=("BASE TABLE",)))
    assert tables == sorted(tables)
    assert set(tables) >= {
        ("public", "iox", "cpu", "BASE TABLE"),
        ("public", "system", "influxdb_schema", "BASE TABLE"),
        ("public", "system", "queries", "BASE TABLE"),
        ("public", "system", "tables", "BASE TABLE"),
    }
    assert ("public", "system", "tokens", "BASE TABLE") not in tables
    assert rows(GetTables(table_name_filter_pattern="c_u")) == [
        ("public", "iox", "cpu", "BASE TABLE")
    ]
    assert rows(GetTables(db_schema_filter_pattern="nothing", include_schema=1)) == []


def test_a_table_comes_with_its_schema_if_asked(flight: Any, client: Any, options: Any) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    command = GetTables(table_name_filter_pattern="cpu", include_schema=1)
    (row,) = answer(flight, client, options, command).to_pylist()
    schema = pyarrow.ipc.read_schema(pyarrow.py_buffer(row["table_schema"]))
    assert schema.names == ["cores", "host", "load", "note", "size", "time", "up"]
    assert str(schema.field("host").type) == "string"


def test_the_information_has_all_types_of_the_union(flight: Any, client: Any, options: Any) -> None:
    table = answer(flight, client, options, GetSqlInfo((8,)))
    assert table.to_pylist() == [{"info_name": 8, "value": 0}]
    kinds = [(field.name, str(field.type)) for field in table.schema.field("value").type]
    assert kinds[:5] == [
        ("string_value", "string"),
        ("bool_value", "bool"),
        ("bigint_value", "int64"),
        ("int32_bitmask", "int32"),
        ("string_list", "list<item: string>"),
    ]
    assert kinds[5][0] == "int32_to_int32_list_map"
    assert len(answer(flight, client, options, GetSqlInfo())) > 10
    assert len(answer(flight, client, options, GetSqlInfo((99_999,)))) == 0


@pytest.mark.parametrize("name", ["database", "bucket", "bucket-name", "iox-namespace-name"])
def test_the_database_is_in_one_of_four_headers(flight: Any, client: Any, name: str) -> None:
    options = flight.FlightCallOptions(timeout=60, headers=[(name.encode(), b"db")])
    assert len(answer(flight, client, options, GetCatalogs())) == 1


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([], "no 'database' header in request"),
        ([(b"database", b"db"), (b"bucket", b"other")], "More than one headers are found"),
        ([(b"database", b"other")], "Database 'other' not found"),
    ],
)
def test_a_missing_or_ambiguous_database_is_refused(
    flight: Any, client: Any, headers: list[tuple[bytes, bytes]], words: str
) -> None:
    with pytest.raises(Exception, match=words):
        answer(flight, client, flight.FlightCallOptions(timeout=60, headers=headers), GetCatalogs())


def test_headers_may_name_the_same_database_twice(flight: Any, client: Any) -> None:
    headers = [(b"database", b"db"), (b"bucket", b"db")]
    options = flight.FlightCallOptions(timeout=60, headers=headers)
    assert len(answer(flight, client, options, GetCatalogs())) == 1


def test_what_the_server_lacks_is_unimplemented(flight: Any, client: Any, options: Any) -> None:
    descriptor = flight.FlightDescriptor.for_command(packed(GetCatalogs()))
    with pytest.raises(NotImplementedError, match="Not yet implemented: get_schema"):
        client.get_schema(descriptor, options)
    with pytest.raises(NotImplementedError, match="Not yet implemented: list_flights"):
        list(client.list_flights(options=options))
    with pytest.raises(NotImplementedError, match="Not yet implemented: list_actions"):
        list(client.list_actions(options))
    with pytest.raises(NotImplementedError, match="FlightInfo with Path"):
        client.get_flight_info(flight.FlightDescriptor.for_path("cpu"), options)
    writer, reader = client.do_exchange(descriptor, options)
    with pytest.raises(NotImplementedError, match="Not yet implemented: do_exchange"):
        reader.read_chunk()
    with pytest.raises(NotImplementedError):
        writer.close()


def test_an_unknown_command_is_an_invalid_argument(flight: Any, client: Any, options: Any) -> None:
    for command in (b"", b"\xff\xff", b"\x0a\x03abc"):
        with pytest.raises(ValueError, match="Error while planning Flight SQL"):
            client.get_flight_info(flight.FlightDescriptor.for_command(command), options)


@pytest.fixture
def guarded(flight: Any) -> Iterator[ServedFake]:
    fake = FakeInfluxDB("3.x", token="secret")
    fake.load(b"cpu load=1 1", "db")
    with serve(fake=fake) as served:
        yield served


def test_a_handshake_with_basic_credentials_answers_the_token(
    flight: Any, guarded: ServedFake
) -> None:
    with flight.connect(guarded.url.replace("http", "grpc")) as client:
        assert client.authenticate_basic_token(b"anyone", b"secret") == (
            b"authorization",
            b"Bearer secret",
        )


@pytest.mark.parametrize(
    "authorization", [None, b"Bearer wrong", b"Token wrong", b"Basic YTp3cm9uZw==", b"x"]
)
def test_a_call_needs_the_token(
    flight: Any, guarded: ServedFake, authorization: bytes | None
) -> None:
    given = [] if authorization is None else [(b"authorization", authorization)]
    options = flight.FlightCallOptions(timeout=60, headers=[(b"database", b"db"), *given])
    with flight.connect(guarded.url.replace("http", "grpc")) as client:
        with pytest.raises(flight.FlightUnauthenticatedError, match="message: Unauthenticated"):
            answer(flight, client, options, GetCatalogs())
        with pytest.raises(flight.FlightUnauthenticatedError, match="message: Unauthenticated"):
            client.do_get(
                flight.Ticket(b'{"database":"db","sql_query":"SELECT 1"}'), options
            ).read_all()
    assert "secret" not in "".join(map(repr, guarded.requests))


ADBC_KEYS = {"adbc.flight.sql.rpc.call_header.database": "db"}


def test_adbc_asks_with_parameters_and_lists_tables(guarded: ServedFake, flight: Any) -> None:
    adbc = pytest.importorskip(
        "adbc_driver_flightsql.dbapi", reason="adbc-driver-flightsql is not installed"
    )
    keys = {**ADBC_KEYS, "adbc.flight.sql.authorization_header": "Bearer secret"}
    url = guarded.url.replace("http", "grpc")
    with adbc.connect(url, db_kwargs=keys, autocommit=True) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT load FROM cpu WHERE load = $1 AND load < $2", (1.0, 5))
            assert cursor.fetchall() == [(1.0,)]
        assert connection.adbc_get_table_types() == ["BASE TABLE", "VIEW"]
        assert connection.adbc_get_table_schema("cpu").names == ["load", "time"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (lambda arrow: arrow.uint64(), 2**64 - 1),
        (lambda arrow: arrow.int8(), -1),
        (lambda arrow: arrow.float64(), float("-inf")),
        (lambda arrow: arrow.bool_(), True),
        (lambda arrow: arrow.string(), "it's ü"),
        (lambda arrow: arrow.null(), None),
        (lambda arrow: arrow.timestamp("us"), datetime(1969, 12, 31, 23, 59, 59, 1)),
        (lambda arrow: arrow.timestamp("us", "UTC"), datetime(2024, 1, 1, tzinfo=UTC)),
        (lambda arrow: arrow.date32(), date(2024, 2, 29)),
        (lambda arrow: arrow.duration("us"), timedelta(seconds=1)),
        (lambda arrow: arrow.decimal128(5, 2), Decimal("1.50")),
        (lambda arrow: arrow.binary(), b"\x00a"),
    ],
    ids=lambda value: None if callable(value) else repr(value),
)
def test_parameters_keep_their_types(
    flight: Any, server: ServedFake, kind: Callable[[Any], Any], value: object
) -> None:
    adbc = pytest.importorskip(
        "adbc_driver_flightsql.dbapi", reason="adbc-driver-flightsql is not installed"
    )
    arrow: Any = pytest.importorskip("pyarrow")
    url = server.url.replace("http", "grpc")
    row = arrow.record_batch([arrow.array([value], kind(arrow))], names=["0"])
    with (
        adbc.connect(url, db_kwargs=ADBC_KEYS, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT $1 AS value", row)
        table = cursor.fetch_arrow_table()
    assert table.schema.field("value").type == kind(arrow)
    assert table.to_pylist() == [{"value": value}]


def test_a_time_can_be_calculated_with_a_parameter(flight: Any, server: ServedFake) -> None:
    adbc = pytest.importorskip(
        "adbc_driver_flightsql.dbapi", reason="adbc-driver-flightsql is not installed"
    )
    url = server.url.replace("http", "grpc")
    with (
        adbc.connect(url, db_kwargs=ADBC_KEYS, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        query = "SELECT host FROM cpu WHERE time > $1 - INTERVAL '1 second'"
        cursor.execute(query, (datetime(1970, 1, 1, 0, 0, 3),))
        assert cursor.fetchall() == [("b",)]
    assert any("1970-01-01 00:00:03" in each.params.get("params", "") for each in server.requests)
