"""Draws the chart of the page about other clients, from the numbers in the page's table.

python docs/pictures/draw_comparison.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

__all__ = ["draw", "ratios"]

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "explanation" / "comparison.md"

ROW, GROUP, LEFT, WIDTH = 18, 34, 190, 720
OWN = ("influx-speedups", "influx-core alone")
STYLE = """<style>
text { font: 12px sans-serif; fill: #333 }
.task { font-weight: bold }
.own { fill: #3f51b5 }
.other { fill: #9e9e9e }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .own { fill: #8c9eff } }
</style>"""


def draw(page: str) -> str:
    """The chart as SVG: for each task, a bar for each client, relative to the fastest."""
    shapes: list[str] = []
    top = 8
    for task, speeds in ratios(page):
        shapes.append(f'<text class="task" x="8" y="{top + 13}">{escape(task)}</text>')
        top += ROW
        for client, speed in speeds.items():
            shapes.extend(_bar(client, speed, max(speeds.values()), top))
            top += ROW
        top += GROUP - ROW
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}">\n'
        f"{STYLE}\n{body}\n</svg>\n"
    )


def ratios(page: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Each task of the page's table with the ratios of the clients that can do it."""
    rows = [
        [cell.strip() for cell in line.strip("| \n").split("|")]
        for line in page.splitlines()
        if line.startswith("| ") and (" | date | " in line or re.search(r"\| 20\d\d-", line))
    ]
    head, *body = [row + [""] * (len(rows[0]) - len(row)) for row in rows]
    for row in body:
        cells = zip(head[3:], row[3:], strict=True)
        yield row[0], {client: float(cell[:-1]) for client, cell in cells if cell}


def _bar(client: str, speed: float, most: float, top: int) -> Iterator[str]:
    length = max(2.0, (WIDTH - LEFT - 70) * speed / most)
    kind = "own" if client in OWN else "other"
    yield f'<text x="{LEFT - 8}" y="{top + 12}" text-anchor="end">{escape(client)}</text>'
    yield (
        f'<rect class="{kind}" x="{LEFT}" y="{top + 2}" width="{length:.1f}" height="{ROW - 5}"/>'
    )
    yield f'<text x="{LEFT + length + 6:.1f}" y="{top + 12}">{speed:g}x</text>'


if __name__ == "__main__":
    (FOLDER / "comparison.svg").write_text(draw(PAGE.read_text()))
