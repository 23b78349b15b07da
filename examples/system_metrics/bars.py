"""Draws loads in percent as columns of block characters."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["chart"]

EIGHTHS = " ▁▂▃▄▅▆▇█"


def chart(loads: Sequence[float], height: int = 3) -> list[str]:
    """One column for every load, as high as the load; the lines from the top down.

    Columns are separated, so that a machine at 100 % does not fill a solid block.

    Args:
        loads: percentages; what is below 0 or above 100 is drawn as 0 or 100.
        height: the lines of a column for 100 %.
    """
    eighths = [round(min(max(load, 0.0), 100.0) / 100 * height * 8) for load in loads]
    return [
        " ".join(2 * EIGHTHS[min(max(high - 8 * line, 0), 8)] for high in eighths)
        for line in reversed(range(height))
    ]
