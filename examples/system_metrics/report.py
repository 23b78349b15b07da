"""Shows every query beside its result, on a terminal as well as in a log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rich.console import Console, Group, RenderableType
from rich.filesize import decimal
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from influx_core import KeyedTuple, QueryResult
from influx_query import SelectQuery

from . import queries
from .bars import chart
from .queries import Run

__all__ = ["VIEWS", "Answer", "View", "show"]

WIDEST = 110
DRAWN = 34
"""The width of a result: ten columns of a chart, and its scale."""

CLAUSE = re.compile(r" (?=(?:FROM|WHERE|AND|GROUP BY|ORDER BY|LIMIT|fill)\b|-- )")
MOST_ROWS = 3
"""The rows that a table shows: a machine may have a hundred CPUs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A query, its result, and the seconds it took to get the result."""

    query: SelectQuery
    result: QueryResult
    seconds: float


@dataclass(frozen=True, slots=True)
class View:
    """A query about a run, and a way to draw its result."""

    query: Callable[[Run], SelectQuery]
    draw: Callable[[QueryResult], RenderableType]


def show(answers: Iterable[tuple[View, Answer]], console: Console, used: int = 0) -> None:
    """Print queries and results.

    Args:
        answers: what to print, the most important first.
        console: where to print. A terminal gets as many answers as fit without scrolling.
        used: the lines of the terminal that are taken already.
    """
    room = console.height - used - 1  # one for the prompt
    options = console.options.update_width(min(console.width, WIDEST))
    for view, answer in answers:
        section = _section(answer, view.draw(answer.result), options.max_width)
        room -= len(console.render_lines(section, options)) + 1
        if console.is_terminal and room < 0:
            return
        console.print()
        console.print(section, width=options.max_width)


def _section(answer: Answer, drawn: RenderableType, width: int) -> Table:
    """The text of a query at the left, its result at the right."""
    count = sum(len(series) for series in answer.result.series)
    rows = "1 row" if count == 1 else f"{count} rows"
    text = f"{answer.query} -- {rows}, {1000 * answer.seconds:.1f} ms"
    code = "\n".join(_wrapped(text, width - DRAWN - 1))
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(width=DRAWN)
    grid.add_row(Syntax(code, "sql", theme="ansi_dark", word_wrap=True), drawn)
    return grid


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines that end before a clause, as full as possible."""
    line, *clauses = CLAUSE.split(text)
    for clause in clauses:
        if len(line) + 1 + len(clause) > width:
            yield line
            line = clause
        else:
            line = f"{line} {clause}"
    yield line


def _table(*columns: str) -> Table:
    """A table of one column of names and columns of numbers."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table


def _rows(result: QueryResult) -> Iterator[tuple[dict[str, str], KeyedTuple]]:
    """All rows, each with the tags of its series."""
    for series in result.series:
        for row in series:
            yield dict(series.tags or {}), row


def _cpus(result: QueryResult) -> Table:
    """The busiest CPUs."""
    table = _table("CPU", "mean %", "peak %", "last %")
    busiest = sorted(_rows(result), key=lambda pair: -pair[1].mean)
    for tags, row in busiest[:MOST_ROWS]:
        loads = (f"{load:.1f}" for load in (row.mean, row.max, row.last))
        table.add_row(tags["cpu"], *loads)
    return table


def _load_over_time(result: QueryResult) -> Group:
    """A column for every time bucket."""
    rows = [row for _, row in _rows(result)]
    if not rows:
        return Group()
    lines = chart([row.mean for row in rows])
    scale = ["100%", *[""] * (len(lines) - 2), "0"]
    drawn = [
        Text.assemble((f"{mark:>4} ", "dim"), (line, "cyan"))
        for mark, line in zip(scale, lines, strict=True)
    ]
    seconds = (rows[-1].time - rows[0].time).total_seconds()
    axis = Text("     0 s" + f" {seconds:g} s".rjust(len(lines[0]) - 3), style="dim")
    return Group(*drawn, axis)


def _memory(result: QueryResult) -> Table:
    table = _table("Memory", "used", "available")
    for _, row in _rows(result):
        table.add_row(f"{row.time:%H:%M:%S}", decimal(row.used), decimal(row.available))
    return table


def _devices(kind: str, *counters: str, result: QueryResult) -> Table:
    """The devices with the most traffic."""
    table = _table(kind, *counters)
    busiest = sorted(_rows(result), key=lambda pair: -sum(pair[1][name] for name in counters))
    for tags, row in busiest[:MOST_ROWS]:
        table.add_row(tags["device"], *(decimal(row[name]) for name in counters))
    return table


def _programs(result: QueryResult) -> Table:
    table = _table("Program", "peak %", "memory")
    rows = sorted((row for _, row in _rows(result)), key=lambda row: -row.peak)
    for row in islice(rows, MOST_ROWS):
        table.add_row(row.program[:16], f"{row.peak:.1f}", decimal(row.memory))
    return table


def _view_of_devices(measurement: str, kind: str, *counters: str) -> View:
    return View(
        lambda run: queries.devices(run, measurement, *counters),
        lambda result: _devices(kind, *counters, result=result),
    )


VIEWS = (
    View(queries.cpus, _cpus),
    View(queries.load_over_time, _load_over_time),
    View(queries.programs, _programs),
    View(queries.memory, _memory),
    _view_of_devices("network", "Network", "received", "sent"),
    _view_of_devices("disk", "Disk", "read", "written"),
)
"""What is asked and shown, the most important first."""
