"""Runs a query: checks it, runs its statements, and returns its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from influx_flux import FluxSyntaxError, check, parse
from influx_flux.nodes import File, OptionStatement, VariableAssignment
from influx_testing._engine.flux.flux_errors import CompileError, FluxError
from influx_testing._engine.flux.language.flux_script import FluxScript
from influx_testing._engine.flux.language.standard_library import find_member
from influx_testing._engine.flux.language.static_types import check_types
from influx_testing._engine.flux.query_context import QueryContext, YieldedResult
from influx_testing._engine.flux.run.query_profile import QueryProfile
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = ["run_query"]


def run_query(
    query: str | File, context: QueryContext, extern: File | None = None
) -> Sequence[YieldedResult]:
    """Run the statements of a query, and return its results; their tables are made when read.

    Args:
        query: the text, or its tree.
        context: the state of the query.
        extern: definitions that come before the query.

    Raises:
        FluxError: the query is wrong, fails before its tables are made, or returns nothing.
        FakeUnsupported: the fake lacks a function.
    """
    profile = QueryProfile()
    context.find_member = find_member
    file = _parsed(query) if isinstance(query, str) else query
    issues = check(file, variables=_names(extern))
    if issues:
        raise CompileError("\n".join(map(str, issues)))
    files = [file] if extern is None else [extern, file]
    try:
        check_types(files)
        FluxScript(files, on_expression=_add_result).run(context)
    except RecursionError:
        raise FluxError("the query is nested too deeply, or calls itself without end") from None
    for stream in context.effects:
        if not stream.is_read:
            _add_result(context, stream)
    _check_names(context.yields)
    profile.add_result(context)
    return context.yields


def _parsed(text: str) -> File:
    try:
        return parse(text)
    except FluxSyntaxError as error:
        raise CompileError(str(error)) from None


def _names(extern: File | None) -> Iterator[str]:
    for statement in () if extern is None else extern.body:
        inner = statement.assignment if isinstance(statement, OptionStatement) else statement
        if isinstance(inner, VariableAssignment):
            yield inner.id.name


def _add_result(context: QueryContext, tables: TableStream) -> None:
    """Return what an expression statement gives as `_result`, unless its last call was `yield`."""
    if not any(result.tables is tables for result in context.yields):
        tables.add_reader()
        context.yields.append(YieldedResult("_result", tables))


def _check_names(results: Sequence[YieldedResult]) -> None:
    if not results:
        raise FluxError(
            "error in query specification while starting program: this Flux script returns no "
            'streaming data. Consider adding a "yield" or invoking streaming functions directly, '
            "without performing an assignment"
        )
    seen: set[str] = set()
    for result in results:
        if result.name in seen:
            raise FluxError(
                "error in building plan while starting program: found more than one call to "
                f'yield() with the name "{result.name}"'
            )
        seen.add(result.name)
