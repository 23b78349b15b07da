"""Measurements as Arrow tables: order, types, and that unchanged tables stay the same objects."""

from __future__ import annotations

import pytest

from influx_core import DataPoint
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.engine import Engine
from influx_testing._flavors.sql.tables import StoredTables, table_of

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (influx-testing[sql])")


@pytest.fixture
def engine() -> Engine:
    made = Engine(lambda: 0)
    made.create_database("db")
    return made


def write(engine: Engine, *points: tuple[str, dict[str, str], dict[str, object], int]) -> Database:
    made = [DataPoint(name, tags, fields, time) for name, tags, fields, time in points]
    engine.write("db", "", made)
    return engine.databases.get("db")


def test_rows_are_in_order_of_tags_and_time(engine: Engine) -> None:
    database = write(
        engine,
        ("m", {"host": "b"}, {"f": 1.0}, 1),
        ("m", {"host": "a"}, {"f": 2.0}, 2),
        ("m", {"host": "a"}, {"f": 3.0, "n": 1}, 1),
        ("m", {}, {"f": 4.0}, 9),
    )
    table = table_of(database, "m")
    assert table.column_names == ["f", "host", "n", "time"]
    assert table.column("host").to_pylist() == [None, "a", "a", "b"]
    assert table.column("f").to_pylist() == [4.0, 3.0, 2.0, 1.0]
    assert table.column("n").to_pylist() == [None, 1, None, None]
    assert not table.schema.field("time").nullable


def test_a_table_is_made_again_only_after_a_change(engine: Engine) -> None:
    stored = StoredTables()
    database = write(engine, ("a", {}, {"f": 1.0}, 1), ("b", {}, {"f": 1.0}, 10**18))
    first = stored.of(database)
    assert stored.of(database)["a"] is first["a"]
    write(engine, ("b", {}, {"f": 2.0}, 10**18))
    second = stored.of(database)
    assert second["b"] is not first["b"]
    assert second["b"].column("f").to_pylist() == [2.0]


def test_a_created_table_without_points_has_its_columns(engine: Engine) -> None:
    database = engine.databases.get("db")
    database.schemas.tables["t"] = {"time": "timestamp", "host": "tag", "n": "unsigned"}
    table = StoredTables().of(database)["t"]
    assert table.num_rows == 0
    assert [str(field.type) for field in table.schema] == [
        "dictionary<values=string, indices=int32, ordered=0>",
        "uint64",
        "timestamp[ns]",
    ]
