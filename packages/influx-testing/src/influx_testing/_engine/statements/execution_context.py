"""The context of a handler: the engine, the request, the current time."""

from __future__ import annotations

from dataclasses import dataclass

from influx_query.nodes import Statement
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.users import User
from influx_testing._engine.engine import Engine
from influx_testing._engine.select import V1_DIALECT, SelectDialect
from influx_testing._engine.statements.result_series import Result
from influx_testing._engine.statements.source_names import SourceResolver
from influx_testing.errors import StatementError

__all__ = ["ExecutionContext", "ExecutionOptions"]


@dataclass(frozen=True, slots=True)
class ExecutionOptions:
    """What a request says about the execution of its statements.

    Attributes:
        database: the database of the request; empty for none.
        policy: the policy of the request; empty for the default one.
        chunk_size: the most rows of one result.
        read_only: whether the request should only read; a statement that changes something still
            runs, with a warning.
        user: the user of the request; None without authentication.
        dialect: the dialect of InfluxQL.
    """

    database: str = ""
    policy: str = ""
    chunk_size: int = 10_000
    read_only: bool = False
    user: User | None = None
    dialect: SelectDialect = V1_DIALECT


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """The context of one statement.

    Attributes:
        engine: the data of the server.
        options: the options of the request.
        now: the start time of the statement, in ns since 1970; the value of now().
    """

    engine: Engine
    options: ExecutionOptions
    now: int

    @property
    def sources(self) -> SourceResolver:
        """The resolver that adds the databases and policies that the statement does not name."""
        return SourceResolver(self.engine.databases, self.options.database, self.options.policy)

    def database_name(self, named: str) -> str:
        """The name after ON, or else the name of the request's database.

        Raises:
            StatementError: neither is given.
        """
        if name := named or self.options.database:
            return name
        raise StatementError("database name required")

    def database(self, named: str) -> Database:
        """The database after ON, or else the database of the request.

        Raises:
            StatementError: no database is named, or it does not exist.
        """
        return self.engine.databases.get(self.database_name(named))

    def changed(self, statement: Statement, result: Result | None = None) -> Result:
        """The result of a statement that changes something; a GET request gets a warning."""
        result = result or Result()
        if self.options.read_only:
            text = (
                f"deprecated use of '{statement}' in a read only context, "
                "please use a POST request instead"
            )
            result.messages.append(("warning", text))
        return result
