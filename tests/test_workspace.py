"""What the whole workspace says of itself: its configuration, its guide for contributors."""

from __future__ import annotations

import re
import tomllib

import pytest
from import_graph import ROOT, distributions

pytest_plugins = ["pytester"]

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_mypy_finds_every_distribution():
    sources = [str(member.source.relative_to(ROOT)) for member in distributions()]
    assert sorted(CONFIGURATION["tool"]["mypy"]["mypy_path"]) == sources


def test_the_places_for_a_line_of_code_exist():
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    table = guide.partition("## Where does a line of code go?")[2].partition("\n## ")[0]
    places = re.findall(r"`((?:influx|asphalt)[\w./-]*)`", table)
    sources = [member.source for member in distributions()]
    assert len(places) > 20
    for place in places:
        path = place if (ROOT / "packages" / place).is_dir() else place.replace(".", "/")
        assert any((root / path).exists() for root in (ROOT / "packages", *sources)), place


@pytest.mark.slow
def test_skips_are_summed_up_in_one_line(pytester):
    pytester.makeconftest((ROOT / "conftest.py").read_text())
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_library(number):
            pytest.importorskip("no_such_library")

        @pytest.mark.skip(reason="the recordings are not here")
        def test_recording():
            pass
        """
    )
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    result.stdout.fnmatch_lines(
        ["4 skipped: 3 since no_such_library is not installed, 1 since the recordings are not here"]
    )
