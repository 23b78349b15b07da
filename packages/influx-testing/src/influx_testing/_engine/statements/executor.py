"""Executes statements one after another and returns the result of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from influx_query.nodes import (
    CreateUserStatement,
    Statement,
)
from influx_testing._engine.catalog.users import User
from influx_testing._engine.engine import Engine
from influx_testing._engine.statements.execution_context import ExecutionContext, ExecutionOptions
from influx_testing._engine.statements.handler_registry import executed_statements, handler_of
from influx_testing._engine.statements.handlers import register_all
from influx_testing._engine.statements.privileges import NotAuthorizedError, check
from influx_testing._engine.statements.result_series import Result
from influx_testing._engine.statements.rewritten_query import rewritten_query
from influx_testing.errors import FakeUnsupported, PanicError, ReportedError, StatementError

__all__ = ["authorize", "execute", "executed_statements"]

NOT_EXECUTED = "not executed"

register_all()


def authorize(
    engine: Engine, statements: Sequence[Statement], database: str, user: User | None
) -> None:
    """Check that a user may run all statements.

    Args:
        engine: the engine with the users.
        statements: the statements of the request.
        database: the database of the request.
        user: the user of the request; None while there is no administrator.

    Raises:
        NotAuthorizedError: the user may not run one of the statements.
    """
    if not any(engine.users):
        first = statements[0] if statements else None
        if not (isinstance(first, CreateUserStatement) and first.admin):
            raise NotAuthorizedError("create admin user first or disable authentication")
        return
    if user is None:
        raise NotAuthorizedError("no user provided")
    for statement in statements:
        check(user, statement, handler_of(statement).needs, database)


def execute(
    engine: Engine, statements: Sequence[Statement], options: ExecutionOptions
) -> Iterator[Result]:
    """Execute statements; yield at least one result for each, in order.

    A StatementError ends the execution; after a ReportedError, the next statement still runs. As on
    the server, the results of statements that were not executed have the number of the failed one.

    Raises:
        FakeUnsupported: a statement needs a feature that the engine does not have.
    """
    engine.databases.expire(engine.clock())  # once a request: it looks at every database
    for number, statement in enumerate(statements):
        try:
            for result in _counted(engine, statement, options):
                result.statement_id = number
                yield result
        except ReportedError as error:
            yield Result(statement_id=number, error=str(error))
        except PanicError as error:
            sources = ExecutionContext(engine, options, engine.clock()).sources
            text = rewritten_query(sources, statements, number)
            yield Result(statement_id=-1, error=f"{text} [panic:{error}]")
            return
        except StatementError as error:
            yield Result(statement_id=number, error=str(error))
            break
        except RecursionError:
            raise FakeUnsupported("the statement is nested too deeply") from None
    else:
        return
    for _ in range(number, len(statements) - 1):
        yield Result(statement_id=number, error=NOT_EXECUTED)


def _counted(engine: Engine, statement: Statement, options: ExecutionOptions) -> Iterator[Result]:
    """Execute a statement and count it for SHOW STATS."""
    if isinstance(statement, engine.model.unsupported):
        raise ReportedError(f"not implemented: {_verb(statement)}")
    started = engine.clock()
    engine.counters.update({"queryExecutor.queriesActive": 1, "queryExecutor.queriesExecuted": 1})
    try:
        yield from handler_of(statement).run(ExecutionContext(engine, options, started), statement)
    finally:
        engine.counters.update(
            {
                "queryExecutor.queriesActive": -1,
                "queryExecutor.queriesFinished": 1,
                "queryExecutor.queryDurationNs": engine.clock() - started,
            }
        )


def _verb(statement: Statement) -> str:
    """The words of a statement before its first name: `CREATE DATABASE`."""
    return " ".join(takewhile(str.isupper, str(statement).split()))
