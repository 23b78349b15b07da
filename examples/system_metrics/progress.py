"""The progress bar that stands on the terminal while the machine is sampled."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from .meter import RequestMeter

__all__ = ["SamplingProgress"]


class Throughput(ProgressColumn):
    """Points and requests written so far, and how many a second."""

    def __init__(self, meter: RequestMeter) -> None:
        super().__init__()
        self._meter = meter

    def render(self, task: Task) -> Text:
        """Show the totals, divided by the seconds since sampling began."""
        points, seconds = task.fields["points"], task.completed
        rates = (total / seconds if seconds else 0.0 for total in (points, self._meter.requests))
        return Text(
            "{} points  {:.0f}/s  {:.1f} requests/s  {:.1f} ms each".format(
                f"{points:,}", *rates, 1000 * self._meter.mean
            )
        )


class SamplingProgress:
    """A progress bar over the seconds of a run; a context manager that draws it.

    Args:
        console: where to draw.
        seconds: how long the run takes.
        meter: counts the requests of the run.
    """

    def __init__(self, console: Console, seconds: float, meter: RequestMeter) -> None:
        self._progress = Progress(
            BarColumn(bar_width=18),
            TextColumn("{task.completed:.1f} of {task.total:g} s"),
            Throughput(meter),
            console=console,
        )
        self._task = self._progress.add_task("", total=seconds, points=0)

    def update(self, seconds: float, points: int) -> None:
        """Show that some seconds of the run are over and some points are written."""
        self._progress.update(self._task, completed=seconds, points=points)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
