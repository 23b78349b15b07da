"""Shows the answers as tables and a chart, on a terminal as well as in a log."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from rich import box
from rich.console import Console, Group
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from influx_core import Series

from .charts import bars, load_chart
from .questions import Run

__all__ = ["Answers", "show"]

WIDEST = 100


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the questions of the same names; every number shown is from them."""

    cpus: tuple[Series, ...]
    cpus_over_time: tuple[Series, ...]
    host_over_time: tuple[Series, ...]
    memory: tuple[Series, ...]
    disks: tuple[Series, ...]
    interfaces: tuple[Series, ...]
    programs: tuple[Series, ...]


def show(run: Run, answers: Answers, console: Console) -> None:
    """Print the report."""
    width = min(console.width, WIDEST)
    bucket = f"{run.bucket.total_seconds():g} s"
    span = f"{run.first:%Y-%m-%d %H:%M:%S} to {run.last:%H:%M:%S} UTC"
    parts = [
        Text.assemble((run.host, "bold"), f", {span}"),
        _cpus(answers, bucket),
        *(_load_over_time(series, bucket, width) for series in answers.host_over_time),
        _memory(answers.memory),
        _side_by_side(
            _devices("Disk", answers.disks, "read", "written"),
            _devices("Network", answers.interfaces, "received", "sent"),
        ),
        _programs(answers.programs),
    ]
    console.print(Group(*chain.from_iterable(("", part) for part in parts)))


def _table(*columns: str) -> Table:
    """A table of one column of names and columns of numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _cpus(answers: Answers, bucket: str) -> Table:
    means = {series.tags["cpu"]: [row.mean for row in series] for series in answers.cpus_over_time}
    table = _table("CPU", "samples", "mean %", "peak %", "last %")
    table.add_column(f"mean every {bucket}", style="cyan")
    for series in answers.cpus:
        cpu = series.tags["cpu"]
        for row in series:
            loads = (f"{load:.1f}" for load in (row.mean, row.peak, row.last))
            table.add_row(cpu, str(row.samples), *loads, bars(means[cpu]))
    return table


def _load_over_time(series: Series, bucket: str, width: int) -> Group:
    legend = Text.assemble(
        (f"Load in % every {bucket}", "bold"),
        ("   ■", "cyan"),
        " mean of all CPUs",
        ("   ●", "red"),
        " the busiest CPU",
    )
    return Group(legend, load_chart(series, width))


def _memory(answer: tuple[Series, ...]) -> Table:
    table = _table("Memory", "total", "used", "available")
    for series in answer:
        for row in series:
            sizes = (decimal(size) for size in (row.total, row.used, row.available))
            table.add_row(f"at {row.time:%H:%M:%S}", *sizes)
    return table


def _devices(kind: str, answer: tuple[Series, ...], *counters: str) -> Table:
    """The devices on which anything happened."""
    table = _table(kind, *counters)
    for series in answer:
        for row in series:
            counts = [row[counter] for counter in counters]
            if any(counts):
                table.add_row(series.tags["device"], *map(decimal, counts))
    return table


def _programs(answer: tuple[Series, ...]) -> Table:
    table = _table("Program", "peak % of a CPU", "memory then")
    rows = [row for series in answer for row in series]
    for row in sorted(rows, key=lambda row: row.peak, reverse=True):
        table.add_row(row.program, f"{row.peak:.1f}", decimal(row.memory))
    return table


def _side_by_side(*tables: Table) -> Table:
    grid = Table.grid(padding=(0, 6))
    grid.add_row(*tables)
    return grid
