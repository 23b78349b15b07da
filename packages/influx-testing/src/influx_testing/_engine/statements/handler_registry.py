"""Registers the function that executes a statement, and the privilege that it requires.

The decorator `executes` registers a handler when its module is imported; the package `handlers`
imports all of its modules. A new statement is one module there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from influx_query.nodes import Statement
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.privileges import Needs
from influx_testing._engine.statements.result_series import Result
from influx_testing.errors import FakeUnsupported

__all__ = ["Handler", "executed_statements", "executes", "handler_of"]

_Statement = TypeVar("_Statement", bound=Statement)


@dataclass(frozen=True, slots=True)
class Handler(Generic[_Statement]):
    """The handler of one kind of statement.

    Attributes:
        run: takes the context and the statement, and returns the pieces of its result.
        needs: returns the privileges that a user needs who is not an administrator.
    """

    run: Callable[[ExecutionContext, _Statement], Iterable[Result]]
    needs: Needs[_Statement]


_HANDLERS: dict[type[Statement], Handler[Any]] = {}

_Run = TypeVar("_Run", bound=Callable[..., Iterable[Result]])


def executes(*kinds: type[_Statement], needs: Needs[_Statement]) -> Callable[[_Run], _Run]:
    """Register a function for some kinds of statements.

    Args:
        kinds: the classes of nodes in influx_query.
        needs: returns the privileges that a statement requires; see `privileges`.
    """

    def register(run: _Run) -> _Run:
        for kind in kinds:
            assert kind not in _HANDLERS, kind
            _HANDLERS[kind] = Handler(run, needs)
        return run

    return register


def handler_of(statement: Statement) -> Handler[Any]:
    """Return the handler of a statement.

    Raises:
        FakeUnsupported: the statement has no handler.
    """
    found = _HANDLERS.get(type(statement))
    if found is None:
        raise FakeUnsupported(f"the statement {statement}")
    return found


def executed_statements() -> frozenset[type[Statement]]:
    """Return all kinds of statements that have a handler."""
    return frozenset(_HANDLERS)
