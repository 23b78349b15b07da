"""The pictures of the documentation are those that their script draws."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

PICTURES = Path(__file__).parents[4] / "docs/pictures"


def test_the_script_draws_every_picture_of_the_documentation(tmp_path):
    pytest.importorskip("matplotlib")
    drawn = runpy.run_path(str(PICTURES / "draw.py"))["draw"](tmp_path)
    assert {path.name for path in drawn} == {path.name for path in PICTURES.glob("*.png")}
    for path in drawn:
        kept = (PICTURES / path.name).read_bytes()
        assert path.read_bytes()[:24] == kept[:24]  # a PNG of the same width and height
        assert len(kept) < 60_000
