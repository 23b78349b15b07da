"""The package as a whole: what it offers."""

from __future__ import annotations

import influx_dataframe


def test_every_public_name_is_there_and_they_are_sorted():
    names = influx_dataframe.__all__
    assert names == sorted(names)
    assert [name for name in names if not hasattr(influx_dataframe, name)] == []
