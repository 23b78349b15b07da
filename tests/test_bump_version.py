"""One command sets the version everywhere, or nowhere."""

from __future__ import annotations

import re
import runpy
import shutil

import pytest
from import_graph import ROOT

TOOL = runpy.run_path(str(ROOT / "tools" / "bump_version.py"))
VERSION = runpy.run_path(str(ROOT / "VERSION.py"))["__version__"]
NEWER = "90.1.0rc2"


@pytest.fixture
def copy(tmp_path):
    """The files of this repository that name its version."""
    for path in [ROOT / "VERSION.py", *ROOT.glob("packages/*/pyproject.toml")]:
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def contents(root):
    return {path: path.read_text() for path in root.rglob("*") if path.is_file()}


def pins(root):
    texts = (path.read_text() for path in root.glob("packages/*/pyproject.toml"))
    return [pin for text in texts for pin in re.findall(r'"influx-[^"=]+==([^"]+)"', text)]


def test_a_bump_changes_the_version_and_every_pin_and_nothing_else(copy):
    before = contents(copy)
    count = len(pins(copy))
    changed = TOOL["bump"](copy, NEWER)
    assert pins(copy) == [NEWER] * count
    assert runpy.run_path(str(copy / "VERSION.py"))["__version__"] == NEWER
    after = contents(copy)
    assert {path for path in after if after[path] != before[path]} == set(changed)
    assert {path: text.replace(NEWER, VERSION) for path, text in after.items()} == before


@pytest.mark.parametrize(
    ("version", "error"),
    [
        ("next", "'next' is not a version; write it like 0.2.0 or 0.2.0rc1"),
        ("v90.1.0", "'v90.1.0' is not canonical; write '90.1.0'"),
        (VERSION, f"{VERSION} is not newer than {VERSION}"),
        ("0.0.1", f"0.0.1 is not newer than {VERSION}"),
    ],
)
def test_a_version_that_cannot_follow_is_refused(copy, version, error):
    before = contents(copy)
    with pytest.raises(TOOL["BumpError"], match=re.escape(error)):
        TOOL["bump"](copy, version)
    assert contents(copy) == before


def test_a_pin_of_another_version_is_refused_before_anything_changes(copy):
    path = copy / "packages/influx-speedups/pyproject.toml"
    path.write_text(path.read_text().replace(f"=={VERSION}", "==0.0.9"))
    before = contents(copy)
    with pytest.raises(TOOL["BumpError"], match=r"influx-speedups/.* pins influx-core==0\.0\.9"):
        TOOL["bump"](copy, NEWER)
    assert contents(copy) == before
