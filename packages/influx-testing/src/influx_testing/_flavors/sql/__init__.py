"""SQL over the storage with DataFusion, the engine of 3.x; an extra of this distribution.

DataFusion runs in a process of its own, because some queries cannot be stopped in any other way.
Source: https://docs.influxdata.com/influxdb3/core/reference/sql/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql.process import SQLError, sql_process
from influx_testing._flavors.sql.tables import module, parquet_reply, records, table_of
from influx_testing._flavors.v3_rows import written

__all__ = ["SQLError", "run_sql"]

SECONDS = 10.0
"""How long a query may run."""


def run_sql(database: Database, query: str, params: Mapping[str, Any], format_: str) -> Reply:
    """Run a query that reads, and write its rows in a format of 3.x, or as Parquet.

    Raises:
        SQLError: it is not SQL, names what does not exist, or would change something.
        FakeUnsupported: DataFusion is not installed, the format is unknown, or the query takes
            more than `SECONDS` or too much memory.
    """
    module("datafusion")
    tables = {name: table_of(database, name) for name in database.index.measurements()}
    table = sql_process().run(tables, query, params, SECONDS)
    if format_ == "parquet":
        return parquet_reply(table)
    return written(table.column_names, list(records(table)), format_)
