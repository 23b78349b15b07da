"""The picture of the demo is what the demo shows."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

PICTURES = Path(__file__).parents[3] / "docs/pictures"


@pytest.mark.slow
def test_the_script_draws_the_picture_of_the_readme(tmp_path: Path) -> None:
    draw = runpy.run_path(str(PICTURES / "draw_demo.py"))["draw"]
    path = draw(tmp_path, "--seconds", "1")
    kept = PICTURES / path.name
    for text in (path.read_text(encoding="utf-8"), kept.read_text(encoding="utf-8")):
        assert "requests/s" in text.replace("&#160;", " ")
        assert text.count("SELECT") >= 3
    assert kept.stat().st_size < 60_000
