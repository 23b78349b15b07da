"""Pictures with matplotlib: what is on the axes."""

from __future__ import annotations

import pytest

from influx_core import ConfigError, Series

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

HOUR = 3600 * 10**9


@pytest.fixture(autouse=True)
def _closed():
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


def a_series(values: list[object], name: str = "cpu", **tags: str) -> Series:
    rows = [[i * HOUR, value, 2 * i] for i, value in enumerate(values)]
    return Series(name, ["time", "load", "jobs"], rows, tags=tags)


def plot(*args, **options):
    import influx_dataframe

    return influx_dataframe.plot(*args, **options)


def labels(axes) -> list[str]:
    legend = axes.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


def test_each_field_has_axes_and_each_combination_of_tags_a_line():
    axes = plot([a_series([1, 2.5], host="a"), a_series([2, 3], host="b")])
    assert [one.get_ylabel() for one in axes] == ["load", "jobs"]
    assert labels(axes[0]) == ["host=a", "host=b"]
    assert labels(axes[1]) == []
    assert axes[0].get_title() == "cpu"
    assert axes[-1].get_xlabel() == "time (UTC)"


def test_the_time_is_that_of_utc(monkeypatch):
    monkeypatch.setitem(matplotlib.rcParams, "timezone", "Asia/Tokyo")
    (axes,) = plot(a_series([1, 2, 3, 4, 5, 6]), "load")
    axes.figure.canvas.draw()
    shown = [tick.get_text() for tick in axes.get_xticklabels()]
    assert "01:00" in shown
    assert axes.xaxis.get_major_formatter().get_offset() == "1970-Jan-01"


def test_a_line_is_interrupted_and_a_lonely_value_is_a_dot():
    (axes,) = plot(a_series([1, 2, None, 4, None, 5, 6]), "load")
    line, dots = axes.lines
    assert line.get_ydata()[2] != line.get_ydata()[2]
    assert dots.get_ydata().tolist() == [4]
    assert labels(axes) == ["cpu"]


def test_axes_of_ones_own_can_be_drawn_on():
    from matplotlib import pyplot as plt

    _, own = plt.subplots()
    assert plot(a_series([1, 2]), "jobs", axes=own) == [own]
    with pytest.raises(ConfigError, match="one axes for 2 fields: name one of load, jobs"):
        plot(a_series([1, 2]), axes=own)


def test_what_cannot_be_drawn_says_what_there_is():
    with pytest.raises(ConfigError, match="there is no disk to draw; there are time"):
        plot(a_series([1]), "disk")


def test_a_frame_is_drawn_with_a_line_for_each_combination_of_tags(backend):
    from influx_dataframe import to_frames

    series = [a_series([1, 2], host="a"), a_series([3, 4], host="b")]
    frame = to_frames(series, backend=backend)["cpu"]
    (axes,) = plot(frame, "load", tags=["host"])
    assert labels(axes) == ["host=a", "host=b"]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1, 2], [3, 4]]
    (plain,) = plot(frame, "jobs")
    assert labels(plain) == []
