"""SHOW STATS and SHOW DIAGNOSTICS.

Source: https://docs.influxdata.com/platform/monitor/influxdata-platform/tools/show-diagnostics/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_query._clauses.builder_arguments import name_of
from influx_query._clauses.clause_nodes import Statement
from influx_query._clauses.registry import reads
from influx_query._text.quoting import quote_string
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor


@node
class ShowDiagnosticsStatement(Statement):
    """Shows information about the server, such as its build; an empty `module` means all.

    Example:
        SHOW DIAGNOSTICS FOR 'build'
    """

    module: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW DIAGNOSTICS"
        yield _print_module(self.module)


@node
class ShowStatsStatement(Statement):
    """Shows the server's counters; an empty `module` means all modules.

    Example:
        SHOW STATS FOR 'runtime'
    """

    module: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW STATS"
        yield _print_module(self.module)


def _print_module(module: str) -> str:
    return f" FOR {quote_string(module)}" if module else ""


@reads("SHOW DIAGNOSTICS")
def _show_diagnostics(cursor: Cursor) -> ShowDiagnosticsStatement:
    return ShowDiagnosticsStatement(_read_module(cursor))


@reads("SHOW STATS")
def _show_stats(cursor: Cursor) -> ShowStatsStatement:
    return ShowStatsStatement(_read_module(cursor))


def _read_module(cursor: Cursor) -> str:
    return cursor.string() if cursor.accept("FOR") else ""


def show_diagnostics(module: str = "") -> ShowDiagnosticsStatement:
    """Show information about the server: of one module, such as ``build``, or of all."""
    return ShowDiagnosticsStatement(name_of("module", module))


def show_stats(module: str = "") -> ShowStatsStatement:
    """Show counters of the server: of one module, such as ``runtime``, or of all."""
    return ShowStatsStatement(name_of("module", module))
