"""Runs SHOW MEASUREMENTS, FIELD KEYS, TAG KEYS and TAG VALUES of 3.x.

Without WHERE, statements other than SHOW TAG VALUES read the schema of tables. All others read
rows; without a condition on time, only rows of the last 24 hours. If the newest point of the
database is older than that, the fake reads the 24 hours before this point, because tests often
write points with fixed times.

Source: https://docs.influxdata.com/influxdb3/core/query-data/influxql/explore-schema/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any

from influx_query.nodes import (
    BinaryExpr,
    Dimension,
    Expr,
    Field,
    IntegerLiteral,
    Measurement,
    ParenExpr,
    SelectStatement,
    ShowFieldKeysStatement,
    ShowMeasurementsStatement,
    ShowTagKeysStatement,
    ShowTagValuesStatement,
    Source,
    Statement,
    VarRef,
    Wildcard,
)
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.retention_policies import DAY
from influx_testing._engine.engine import Engine
from influx_testing._engine.select import V3_DIALECT, select
from influx_testing._engine.select.plan.constant_folding import Folder
from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME, split_condition
from influx_testing._engine.statements.result_series import ResultSeries, table
from influx_testing._engine.statements.schema_conditions import key_filter, page
from influx_testing._engine.storage.table_schemas import fields_of
from influx_testing._go.regex import compile_regex
from influx_testing.errors import StatementError

__all__ = ["METADATA_STATEMENTS", "TableMetadata"]

METADATA_STATEMENTS = (
    ShowFieldKeysStatement,
    ShowMeasurementsStatement,
    ShowTagKeysStatement,
    ShowTagValuesStatement,
)
"""The statements that `TableMetadata` runs."""


@dataclass(frozen=True, slots=True)
class TableMetadata:
    """Runs statements about the tables of one database.

    Attributes:
        engine: the storage of the server.
        database: the database whose tables are shown.
        now: the time of now(), in ns since 1970.
    """

    engine: Engine
    database: Database
    now: int

    def show(self, statement: Statement) -> list[ResultSeries]:
        """Return the result of one of `METADATA_STATEMENTS`.

        Raises:
            StatementError: the server refuses the condition.
        """
        return [series for series in self._show(statement) if series.values]

    @singledispatchmethod
    def _show(self, statement: Statement) -> Iterator[ResultSeries]:
        raise StatementError(f"no metadata: {statement}")

    @_show.register
    def _measurements(self, statement: ShowMeasurementsStatement) -> Iterator[ResultSeries]:
        names = self._tables([] if statement.source is None else [statement.source])
        if statement.operator in {"!=", "!~"}:
            names = [name for name in self._tables([]) if name not in names]
        if statement.condition is not None:
            names = [name for name in names if self._rows(name, statement.condition)]
        rows = page(names, statement.limit, statement.offset)
        yield table(["name"], [[name] for name in rows], "measurements")

    @_show.register
    def _field_keys(self, statement: ShowFieldKeysStatement) -> Iterator[ResultSeries]:
        for name in self._tables(statement.sources):
            fields = fields_of(self.database.schemas.tables[name])
            rows = page(sorted(fields.items()), statement.limit, statement.offset)
            yield table(["fieldKey", "fieldType"], rows, name)

    @_show.register
    def _tag_keys(self, statement: ShowTagKeysStatement) -> Iterator[ResultSeries]:
        for name in self._tables(statement.sources):
            keys = self._known_tags(name)
            if statement.condition is not None:
                rows = self._rows(name, statement.condition)
                keys = [key for key in keys if any(row.get(key) for row in rows)]
            shown = page(keys, statement.limit, statement.offset)
            yield table(["tagKey"], [[key] for key in shown], name)

    @_show.register
    def _tag_values(self, statement: ShowTagValuesStatement) -> Iterator[ResultSeries]:
        is_wanted = key_filter(statement.operator, statement.tag_key)
        for name in self._tables(statement.sources):
            keys = [key for key in self._known_tags(name) if is_wanted(key)]
            rows = self._rows(name, statement.condition) if keys else []
            pairs: list[Iterable[Any]] = [
                (key, value or None)
                for key in keys
                for value in _nulls_last({row.get(key, "") for row in rows})
            ]
            yield table(["key", "value"], page(pairs, statement.limit, statement.offset), name)

    def _tables(self, sources: Iterable[Source]) -> list[str]:
        """The tables that FROM selects, sorted by name; all tables without FROM."""
        tests = [_name_test(source) for source in sources if isinstance(source, Measurement)]
        return [
            name
            for name in sorted(self.database.schemas.tables)
            if not tests or any(test(name) for test in tests)
        ]

    def _known_tags(self, name: str) -> list[str]:
        schema = self.database.schemas.tables[name]
        return sorted(column for column, kind in schema.items() if kind == "tag")

    def _rows(self, name: str, condition: Expr | None) -> list[dict[str, str]]:
        """The tags of every series with a row that meets a condition."""
        statement = SelectStatement(
            fields=(Field(Wildcard("field")),),
            sources=(Measurement(name, self.database.name, self.database.default_policy),),
            condition=self._bounded(condition),
            dimensions=(Dimension(Wildcard()),),
            limit=1,
        )
        engine = self.engine
        selection = select(statement, engine.databases, self.now, engine.limits, V3_DIALECT)
        return [dict(row.key[1]) for row in selection.rows]

    def _bounded(self, condition: Expr | None) -> Expr:
        """Add the default bound on time to a condition that has none."""
        _, span = split_condition(condition, Folder(self.now))
        if condition is not None and (span.min is not None or span.max is not None):
            return condition
        newest = min(self.now, _newest(self.database, self.now))
        bound = BinaryExpr(">=", VarRef("time"), IntegerLiteral(newest - DAY))
        return bound if condition is None else BinaryExpr("AND", ParenExpr(condition), bound)


def _name_test(source: Measurement) -> Callable[[str], bool]:
    if source.regex is not None:
        return compile_regex(source.regex.pattern).matches
    return source.name.__eq__


def _newest(database: Database, otherwise: int) -> int:
    """The time of the newest point; the given time if there are no points."""
    times = (
        column.read(MIN_TIME, MAX_TIME)[0][-1]
        for shard in database.shards()
        for group in shard.series.values()
        for data in group.values()
        for column in data.columns.values()
        if len(column)
    )
    return max(times, default=otherwise)


def _nulls_last(values: Iterable[str]) -> Sequence[str]:
    return sorted(values, key=lambda value: (not value, value))
