"""ADBC with the fake of 3.x: connects, lists tables, asks with parameters, reads many rows."""

from __future__ import annotations

import sys
import urllib.request
from typing import Any

import adbc_driver_flightsql.dbapi as flight_sql
from adbc_driver_flightsql import DatabaseOptions

url = sys.argv[1]
lines = "\n".join(f"cpu,host=h{n % 3} v={n}.5,n={n}i {n}" for n in range(20_000))
write = f"{url}/api/v3/write_lp?db=adbc&precision=nanosecond"
urllib.request.urlopen(urllib.request.Request(write, lines.encode(), method="POST")).close()

TOKEN = {DatabaseOptions.AUTHORIZATION_HEADER.value: "Bearer t"}


def connected(keys: dict[str, str]) -> Any:
    database = {f"{DatabaseOptions.RPC_CALL_HEADER_PREFIX.value}database": "adbc"}
    location = url.replace("http", "grpc")
    return flight_sql.connect(location, db_kwargs={**database, **keys}, autocommit=True)


def asked(connection: Any, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


with connected(TOKEN) as connection:
    assert connection.adbc_get_info()["vendor_name"] == "InfluxDB IOx"
    assert connection.adbc_get_table_types() == ["BASE TABLE", "VIEW"]
    assert connection.adbc_get_table_schema("cpu").names == ["host", "n", "time", "v"]
    objects = connection.adbc_get_objects(depth="tables", table_name_filter="cpu").read_all()
    (catalog,) = objects.to_pylist()
    assert catalog["catalog_name"] == "public"
    tables = {
        schema["db_schema_name"]: [table["table_name"] for table in schema["db_schema_tables"]]
        for schema in catalog["catalog_db_schemas"]
    }
    assert tables["iox"] == ["cpu"], tables

    assert asked(connection, "SELECT count(*) FROM cpu") == [(20_000,)]
    query = "SELECT n FROM cpu WHERE host = $1 AND v > $2 ORDER BY n LIMIT $3"
    assert asked(connection, query, ("h1", 10.0, 2)) == [(10,), (13,)]
    assert asked(connection, query, ("h2", 10.0, 1)) == [(11,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cpu")
        assert cursor.fetch_arrow_table().num_rows == 20_000
    try:
        asked(connection, "SELECT nothing FROM cpu")
    except flight_sql.Error as error:
        assert "No field named nothing" in str(error), error
    else:
        raise AssertionError("the server must refuse this")

with connected({"username": "any", "password": "t"}) as connection:
    assert asked(connection, "SELECT 1") == [(1,)]
