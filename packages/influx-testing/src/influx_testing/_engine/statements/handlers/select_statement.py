"""SELECT and SELECT INTO."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from influx_query.nodes import SelectStatement
from influx_testing._engine.select import select
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import Need, needs_read_of_sources
from influx_testing._engine.statements.result_series import Result, chunks
from influx_testing._engine.statements.select_into import select_into
from influx_testing._engine.statements.source_names import refuse_system_sources

__all__ = ["needs_of_select", "run_select"]


def needs_of_select(statement: SelectStatement) -> Iterator[Need]:
    """Require reading the sources, and writing to the target."""
    yield from needs_read_of_sources(statement.sources)
    if statement.target is not None:
        yield "WRITE", statement.target.database


@executes(SelectStatement, needs=needs_of_select)
def run_select(context: ExecutionContext, statement: SelectStatement) -> Iterable[Result]:
    """Return the rows, or the number of points that INTO wrote."""
    refuse_system_sources(statement)
    resolved = context.sources.select(statement)
    engine = context.engine
    if resolved.target is not None:
        return [context.changed(resolved, select_into(engine, resolved, context.now))]
    dialect = context.options.dialect
    selection = select(resolved, engine.databases, context.now, engine.limits, dialect)
    return chunks(selection, context.options.chunk_size)
