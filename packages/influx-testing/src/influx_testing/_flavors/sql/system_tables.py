"""Makes the tables of the schema `system`: `queries` and `tables`.

Source: https://docs.influxdata.com/influxdb3/core/admin/query-system-data/
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from influx_testing._engine.catalog.query_log import QueryLog
from influx_testing._flavors.sql.tables import module

__all__ = ["empty_system_tables", "system_tables"]


def system_tables(log: QueryLog, tables: Mapping[str, Any]) -> dict[str, Any]:
    """The system tables as Arrow tables, by name.

    Args:
        log: the log of the queries of a database.
        tables: the tables of the database.
    """
    return {"queries": _queries(log), "tables": _tables(tables)}


@cache
def empty_system_tables() -> dict[str, Any]:
    """The system tables without rows."""
    return system_tables(QueryLog(), {})


def _queries(log: QueryLog) -> Any:
    arrow = module("pyarrow")
    rows = [
        {
            "id": query.id,
            "phase": query.phase,
            "issue_time": query.issue_time,
            "query_type": query.language,
            "query_text": query.text,
            "end2end_duration": query.duration,
            "success": query.phase == "success",
            "running": query.phase == "planned",
            "cancelled": False,
        }
        for query in log.queries
    ]
    schema = arrow.schema(
        [
            arrow.field("id", arrow.string(), nullable=False),
            arrow.field("phase", arrow.string(), nullable=False),
            arrow.field("issue_time", arrow.timestamp("ns"), nullable=False),
            arrow.field("query_type", arrow.string(), nullable=False),
            arrow.field("query_text", arrow.string(), nullable=False),
            arrow.field("end2end_duration", arrow.duration("ns")),
            arrow.field("success", arrow.bool_(), nullable=False),
            arrow.field("running", arrow.bool_(), nullable=False),
            arrow.field("cancelled", arrow.bool_(), nullable=False),
        ]
    )
    return arrow.Table.from_pylist(rows, schema=schema)


def _tables(tables: Mapping[str, Any]) -> Any:
    arrow = module("pyarrow")
    schema = arrow.schema(
        [
            arrow.field("table_name", arrow.string(), nullable=False),
            arrow.field("column_count", arrow.uint64(), nullable=False),
            arrow.field("series_key_columns", arrow.string(), nullable=False),
        ]
    )
    rows = [
        {
            "table_name": name,
            "column_count": table.num_columns,
            "series_key_columns": ", ".join(_tags(table)),
        }
        for name, table in tables.items()
    ]
    return arrow.Table.from_pylist(rows, schema=schema)


def _tags(table: Any) -> list[str]:
    types = module("pyarrow").types
    return [field.name for field in table.schema if types.is_dictionary(field.type)]
