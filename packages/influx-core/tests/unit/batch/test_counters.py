"""Counters: numbers that begin at zero."""

from __future__ import annotations

from dataclasses import astuple

from influx_core import Counters


def test_all_begin_at_zero():
    assert set(astuple(Counters())) == {0}
