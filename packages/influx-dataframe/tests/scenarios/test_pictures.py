"""The picture of a plot in the documentation is the one that its script draws."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

PICTURES = Path(__file__).parents[4] / "docs/pictures"


def test_the_script_draws_the_picture_of_a_plot(tmp_path):
    pytest.importorskip("matplotlib")
    drawn = runpy.run_path(str(PICTURES / "draw_plot.py"))["draw"](tmp_path)
    kept = (PICTURES / drawn.name).read_bytes()
    assert drawn.read_bytes()[:24] == kept[:24]  # a PNG of the same width and height
    assert len(kept) < 60_000
