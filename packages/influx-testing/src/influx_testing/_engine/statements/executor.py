"""Executes statements one after another and says how each of them went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from influx_query.nodes import (
    Cardinality,
    DeleteSeriesStatement,
    ExplainStatement,
    SelectStatement,
    ShowFieldKeysStatement,
    ShowSeriesStatement,
    ShowTagKeysStatement,
    ShowTagValuesStatement,
    Statement,
)
from influx_testing._engine.catalog.users import User
from influx_testing._engine.engine import Engine
from influx_testing._engine.select import select
from influx_testing._engine.statements import deletion, explain, manage, select_into, show
from influx_testing._engine.statements.result_series import Result, ResultSeries, chunks, pieces
from influx_testing._engine.statements.source_names import Normalizer, refuse_system_sources
from influx_testing.errors import FakeUnsupported, ReportedError, StatementError

__all__ = ["Request", "execute"]

NOT_EXECUTED = "not executed"


@dataclass(frozen=True, slots=True)
class Request:
    """What statements are executed with.

    Attributes:
        database: the database of the request; empty for none.
        policy: the policy of the request; empty for the default one.
        chunk_size: most rows of one result.
        read_only: whether the request may only read; a statement that changes something runs all
            the same, with a warning.
        user: who asks; None where nobody is asked.
    """

    database: str = ""
    policy: str = ""
    chunk_size: int = 10_000
    read_only: bool = False
    user: User | None = None


def execute(engine: Engine, statements: Sequence[Statement], request: Request) -> Iterator[Result]:
    """Execute statements; yields at least one result for each, in order.

    The first that fails is the last that runs, unless its error is but reported. As on the server,
    the reports that the others were not executed all have the number of the one that failed.

    Raises:
        FakeUnsupported: a statement needs what this engine has not.
    """
    for number, statement in enumerate(statements):
        try:
            for result in _execute(engine, statement, request):
                result.statement_id = number
                yield result
        except ReportedError as error:
            yield Result(statement_id=number, error=str(error))
        except StatementError as error:
            yield Result(statement_id=number, error=str(error))
            break
        except RecursionError:
            raise FakeUnsupported("the statement is nested too deeply") from None
    else:
        return
    for _ in range(number, len(statements) - 1):
        yield Result(statement_id=number, error=NOT_EXECUTED)


def _execute(engine: Engine, statement: Statement, request: Request) -> Iterator[Result]:
    started = engine.clock()
    engine.counters.update({"queryExecutor.queriesActive": 1, "queryExecutor.queriesExecuted": 1})
    try:
        yield from _results(engine, statement, request)
    finally:
        took = engine.clock() - started
        engine.counters.update(
            {
                "queryExecutor.queriesActive": -1,
                "queryExecutor.queriesFinished": 1,
                "queryExecutor.queryDurationNs": took,
            }
        )


def _results(engine: Engine, statement: Statement, request: Request) -> Iterator[Result]:
    normalizer = Normalizer(engine.databases, request.database, request.policy)
    engine.databases.expire(engine.clock())
    if isinstance(statement, SelectStatement):
        refuse_system_sources(statement)
        statement = normalizer.select(statement)
        if statement.target is not None:
            yield _with_warning(select_into.select_into(engine, statement), statement, request)
            return
        selection = select(statement, engine.databases, engine.clock(), engine.limits)
        yield from chunks(selection, request.chunk_size)
    elif isinstance(statement, ExplainStatement):
        yield Result([explain.explain(engine, statement, normalizer)])
    elif (shown := show.show(engine, statement, normalizer, request.user)) is not None:
        yield from _shown_pieces(statement, shown, request.chunk_size)
    elif deletion.delete(engine, statement, request.database):
        result = Result()
        silent = isinstance(statement, DeleteSeriesStatement)
        yield result if silent else _with_warning(result, statement, request)
    else:
        manage.manage(engine, statement)
        yield _with_warning(Result(), statement, request)


_CHUNKED = (Cardinality, ShowFieldKeysStatement, ShowSeriesStatement)
"""What the server answers by a SELECT of its own."""

_ONE_BY_ONE = (ShowTagKeysStatement, ShowTagValuesStatement)


def _shown_pieces(statement: Statement, shown: list[ResultSeries], size: int) -> Iterator[Result]:
    """Cut what a SHOW statement answers into pieces, as far as the server does."""
    if isinstance(statement, _CHUNKED):
        yield from pieces(shown, size)
    elif isinstance(statement, _ONE_BY_ONE) and shown:
        for series in shown:
            yield Result([series])
    else:
        yield Result(shown)


def _with_warning(result: Result, statement: Statement, request: Request) -> Result:
    """Warn of a statement that changes something in a request that should only read."""
    if request.read_only:
        text = (
            f"deprecated use of '{statement}' in a read only context, "
            "please use a POST request instead"
        )
        result.messages.append(("warning", text))
    return result
