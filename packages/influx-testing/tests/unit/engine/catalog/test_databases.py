"""The catalog of databases."""

from __future__ import annotations

import pytest

from influx_testing import FakeInfluxDB
from influx_testing._engine.catalog.databases import Database


def test_a_request_looks_once_for_expired_shards_however_many_statements_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A look for each statement makes a request that creates databases quadratic."""
    looked: list[str] = []
    monkeypatch.setattr(Database, "expire", lambda database, now: looked.append(database.name))
    fake = FakeInfluxDB()
    fake.create_database("old")
    looked.clear()
    fake.query(";".join(f"CREATE DATABASE d{number}" for number in range(50)))
    assert looked == ["old"]
