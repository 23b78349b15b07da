"""The comparison of counted instructions: what fails it, and what it only tells."""

from __future__ import annotations

import runpy
import sys

import pytest
from import_graph import ROOT

BUILD = {"Python": "CPython 3.11.7", "influx-speedups": "yes"}


@pytest.fixture
def instructions(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    return runpy.run_path(str(ROOT / "benchmarks" / "instructions.py"))


@pytest.fixture
def verdict(instructions):
    """Compare figures with committed ones, of the same build unless another one is given."""
    report = instructions["Report"]

    def compare(found, committed, build=BUILD, *, strict=False):
        lines, status = instructions["verdict"](
            report(build, found), report(BUILD, committed), strict=strict
        )
        return "\n".join(lines), status

    return compare


def test_a_figure_fails_above_five_percent_and_is_named_with_what_is_allowed(verdict):
    text, status = verdict({"encode": 1051.0, "decode": 10.0}, {"encode": 1000.0, "decode": 10.0})
    assert (text, status) == ("encode: 1,051.0 instructions, 1,050.0 are allowed", 1)


@pytest.mark.parametrize("figure", [1050.0, 1000.0, 10.0])
def test_five_percent_more_or_any_number_less_passes(verdict, figure):
    text, status = verdict({"encode": figure}, {"encode": 1000.0})
    assert (text, status) == ("no figure is more than 5% above the committed one", 0)


def test_a_path_that_was_not_measured_fails(verdict):
    text, status = verdict({}, {"encode": 1000.0})
    assert (text, status) == ("encode: not measured, the committed figure is 1,000.0", 1)


def test_a_path_without_a_committed_figure_fails(verdict):
    text, status = verdict({"encode": 1000.0}, {})
    assert status == 1
    assert "encode: 1,000.0, and no committed figure" in text


def test_another_python_is_told_in_one_line_and_fails_only_if_strict(verdict):
    other = {**BUILD, "Python": "CPython 3.13.1"}
    text, status = verdict({"encode": 2000.0}, {"encode": 1000.0}, other)
    assert status == 0
    assert text == (
        "the committed figures are of another build, so nothing is compared: "
        "Python CPython 3.13.1 (recorded: CPython 3.11.7)"
    )
    text, status = verdict({"encode": 2000.0}, {"encode": 1000.0}, other, strict=True)
    assert status == 1
    assert "recorded: CPython 3.11.7" in text
    assert "encode: 2,000.0 instructions, 1,050.0 are allowed" in text


def test_there_is_a_committed_figure_of_every_path_with_the_build_it_is_of(instructions):
    committed = instructions["read_report"](instructions["COMMITTED"])
    assert set(committed.figures) == set(instructions["PATHS"])
    assert set(committed.build) == set(instructions["current_build"]())


def test_a_figure_above_the_limit_is_counted_in_other_layouts_and_the_least_counts(instructions):
    asked = []

    def again(names, layout):
        asked.append((names, layout))
        return dict.fromkeys(names, 1100.0 - 40 * layout)

    committed = {"encode": 1000.0, "decode": 10.0}
    found = instructions["least"]({"encode": 1090.0, "decode": 10.0}, committed, again)
    assert found == {"encode": 1020.0, "decode": 10.0}
    assert asked == [(["encode"], 1), (["encode"], 2)]


def test_a_figure_above_the_limit_in_every_layout_stays_above(instructions):
    figures = {"encode": 1100.0}
    found = instructions["least"](figures, {"encode": 1000.0}, lambda names, layout: figures)
    assert found == figures
