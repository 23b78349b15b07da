"""Runs Flux without a server."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.run.query_run import run_query

NOW = 1_700_000_000_000_000_000


@pytest.fixture
def run_flux():
    """Return a function that runs a query: a list of (result, group key, rows) for its tables."""

    def run(text):
        results = run_query(text, QueryContext(start=NOW))
        return [
            (result.name, {label: value for label, _, value in table.key}, list(table.rows()))
            for result in results
            for table in result.tables
        ]

    return run


@pytest.fixture
def rows_of(run_flux):
    """Return a function that runs a query of one table: its rows."""

    def run(text):
        ((_, _, rows),) = run_flux(text)
        return rows

    return run


@pytest.fixture
def columns_of():
    """Return a function that runs a query of one table: the types of its columns by label."""

    def run(text):
        (result,) = run_query(text, QueryContext(start=NOW))
        (table,) = result.tables
        return {label: column.type for label, column in table.columns.items()}

    return run


@pytest.fixture
def value_of(rows_of):
    """Return a function that evaluates one expression."""

    def run(expression):
        (row,) = rows_of(f'import "array"\narray.from(rows: [{{x: {expression}, y: 0}}])')
        return row.get("x")

    return run
