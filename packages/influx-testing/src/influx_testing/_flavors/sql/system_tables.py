"""Makes the tables of the schema `system`.

`tokens` and `databases` are in the database `_internal` only, whose `tables` are those of all
databases. Tables about what the fake has not, such as caches and plugins, are empty.

Sources: https://docs.influxdata.com/influxdb3/core/admin/query-system-data/ and, for their columns,
https://github.com/influxdata/influxdb/tree/main/influxdb3_system_tables
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.token_store import OPERATOR, StoredToken
from influx_testing._engine.engine import Engine
from influx_testing._engine.storage.table_schemas import TYPE_NAMES
from influx_testing._flavors.sql.tables import column_kinds, module, table_names
from influx_testing._flavors.v3.database_names import INTERNAL, INTERNAL_KEEPS

__all__ = ["empty_system_tables", "system_tables"]

_NOT_NULL = "!"
_HASH_DIGITS = 9
_MILLISECOND = 1_000_000

_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "distinct_caches": {
        "table": "string!",
        "name": "string!",
        "column_ids": "list<uint16>!",
        "column_names": "list<string>!",
        "max_cardinality": "uint64!",
        "max_age_seconds": "uint64!",
    },
    "influxdb_schema": {"measurement": "string!", "key": "string!", "data_type": "string!"},
    "last_caches": {
        "table": "string!",
        "name": "string!",
        "key_column_ids": "list<uint16>!",
        "key_column_names": "list<string>!",
        "value_column_ids": "list<uint16>",
        "value_column_names": "list<string>",
        "count": "uint64!",
        "ttl": "uint64!",
    },
    "parquet_files": {
        "table_name": "string!",
        "path": "string!",
        "size_bytes": "uint64!",
        "row_count": "uint64!",
        "min_time": "int64!",
        "max_time": "int64!",
    },
    "processing_engine_trigger_arguments": {
        "trigger_name": "string!",
        "argument_key": "string!",
        "argument_value": "string!",
    },
    "processing_engine_triggers": {
        "trigger_name": "string!",
        "plugin_filename": "string!",
        "trigger_specification": "string!",
        "disabled": "bool!",
    },
    "queries": {
        "id": "string!",
        "phase": "string!",
        "issue_time": "timestamp[ns]!",
        "query_type": "string!",
        "query_text": "string!",
        "partitions": "int64",
        "parquet_files": "int64",
        "plan_duration": "duration[ns]",
        "permit_duration": "duration[ns]",
        "execute_duration": "duration[ns]",
        "end2end_duration": "duration[ns]",
        "compute_duration": "duration[ns]",
        "max_memory": "int64",
        "success": "bool!",
        "running": "bool!",
        "cancelled": "bool!",
        "trace_id": "string",
    },
    "tables": {
        "database_name": "string!",
        "table_name": "string!",
        "column_count": "uint64!",
        "series_key_columns": "string!",
        "last_cache_count": "uint64!",
        "distinct_cache_count": "uint64!",
        "deleted": "bool!",
        "hard_deletion_time": "timestamp[s, tz=UTC]",
    },
}
"""The columns of the tables of all databases, with their types; `!` is not null."""

_INTERNAL_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "databases": {
        "database_name": "string!",
        "retention_period_ns": "uint64",
        "deleted": "bool!",
        "hard_deletion_time": "timestamp[s, tz=UTC]",
    },
    "tokens": {
        "token_id": "uint64!",
        "name": "string!",
        "hash": "string!",
        "created_at": "timestamp[ms]!",
        "description": "string",
        "created_by_token_id": "uint64",
        "updated_at": "timestamp[ms]",
        "updated_by_token_id": "uint64",
        "expiry": "timestamp[ms]",
        "permissions": "string!",
    },
}
"""The columns of the tables that only `_internal` has."""

_Row = dict[str, Any]


def system_tables(engine: Engine, database: Database) -> dict[str, Any]:
    """The system tables of a database as Arrow tables, by name."""
    databases = engine.databases if database.name == INTERNAL else (database,)
    tables = dict(empty_system_tables(internal=database.name == INTERNAL))
    rows: dict[str, Iterable[_Row]] = {
        "influxdb_schema": _schema_rows(database),
        "queries": _query_rows(database),
        "tables": (row for each in databases for row in _table_rows(each)),
        "databases": _database_rows(engine),
        "tokens": _token_rows(engine),
    }
    arrow = module("pyarrow")
    for name, found in rows.items():
        if name in tables:
            tables[name] = arrow.Table.from_pylist(list(found), schema=tables[name].schema)
    return tables


@cache
def empty_system_tables(*, internal: bool) -> dict[str, Any]:
    """The system tables without rows.

    Args:
        internal: whether they are those of `_internal`.
    """
    columns = {**_COLUMNS, **(_INTERNAL_COLUMNS if internal else {})}
    return {name: _schema(types).empty_table() for name, types in columns.items()}


def _schema(types: Mapping[str, str]) -> Any:
    arrow = module("pyarrow")
    return arrow.schema(
        [
            arrow.field(name, _type(text.removesuffix(_NOT_NULL)), not text.endswith(_NOT_NULL))
            for name, text in types.items()
        ]
    )


def _type(text: str) -> Any:
    arrow = module("pyarrow")
    special = {
        "list<string>": arrow.list_(arrow.string()),
        "list<uint16>": arrow.list_(arrow.uint16()),
        "timestamp[s, tz=UTC]": arrow.timestamp("s", "UTC"),
    }
    return special.get(text) or arrow.type_for_alias(text)


def _query_rows(database: Database) -> Iterator[_Row]:
    for query in database.query_log.queries:
        yield {
            "id": query.id,
            "phase": query.phase,
            "issue_time": query.issue_time,
            "query_type": query.language,
            "query_text": query.text,
            "end2end_duration": query.duration,
            "success": query.phase == "success",
            "running": query.phase == "planned",
            "cancelled": query.phase == "cancel",
        }


def _table_rows(database: Database) -> Iterator[_Row]:
    for name in table_names(database):
        kinds = column_kinds(database, name)
        yield {
            "database_name": database.name,
            "table_name": name,
            "column_count": len(kinds),
            "series_key_columns": ", ".join(sorted(c for c, k in kinds.items() if k == "tag")),
            "last_cache_count": 0,
            "distinct_cache_count": 0,
            "deleted": False,
        }


def _schema_rows(database: Database) -> Iterator[_Row]:
    for table in table_names(database):
        for name, kind in sorted(column_kinds(database, table).items()):
            shown = "time" if kind == "timestamp" else TYPE_NAMES[kind].rpartition("::")[2]
            yield {"measurement": table, "key": name, "data_type": shown}


def _database_rows(engine: Engine) -> Iterator[_Row]:
    stored = engine.databases
    kept = {INTERNAL: INTERNAL_KEEPS, **{each.name: each.policy().duration for each in stored}}
    kept |= {name: each.policy().duration for name, each in stored.deleted.items()}
    for name, duration in sorted(kept.items()):
        yield {
            "database_name": name,
            "retention_period_ns": duration or None,
            "deleted": name in stored.deleted,
        }


def _token_rows(engine: Engine) -> Iterator[_Row]:
    tokens = list(engine.tokens)
    if engine.tokens.operator:
        started = engine.about.started
        tokens.insert(0, StoredToken(0, OPERATOR, engine.tokens.operator, started))
    for token in tokens:
        yield {
            "token_id": token.id,
            "name": token.name,
            "hash": token.hash[:_HASH_DIGITS],
            "created_at": token.created_at // _MILLISECOND,
            "expiry": None if token.expires_at is None else token.expires_at // _MILLISECOND,
            "permissions": "*:*:*",
        }
