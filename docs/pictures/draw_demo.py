"""Draws the picture of the demo in the README: runs the demo, and keeps what a terminal shows.

python docs/pictures/draw_demo.py
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[2]
TERMINAL = {
    "COLUMNS": "80",
    "LINES": "24",
    "FORCE_COLOR": "1",
    "TTY_INTERACTIVE": "0",  # the progress bar is drawn once, when it is full
    "PYTHONIOENCODING": "utf-8",
}


def draw(folder: Path, *options: str) -> Path:
    """Draw the demo, run with some options, into a folder; the path of the picture."""
    shown = subprocess.run(
        [sys.executable, "-m", "examples.system_metrics", *options],
        cwd=ROOT,
        env={**os.environ, **TERMINAL},
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    ).stdout
    console = Console(file=io.StringIO(), record=True, width=80)
    console.print("[dim]$[/] hatch run demo", highlight=False)
    console.print(Text.from_ansi(shown))
    path = folder / "demo.svg"
    path.write_text(console.export_svg(title="hatch run demo"), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{draw(Path(__file__).parent)}\n")
