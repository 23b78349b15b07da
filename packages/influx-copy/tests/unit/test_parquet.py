from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from influx_copy_doubles import batch

from influx_copy import (
    CopyRange,
    PointFilter,
    RangeIncomplete,
    Selection,
    Target,
    open_sink,
    open_source,
)
from influx_core.columns import Column

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

DAY = 86_400_000_000_000
RANGE = CopyRange("db", "rp", "m", 0, 7 * DAY)


async def write(folder: Path, *batches, range_: CopyRange = RANGE) -> list[str]:
    sink = open_sink(f"parquet:{folder}")
    writer = sink.open(range_, Target("db", "rp"))
    for each in batches:
        await writer.write(each)
    await writer.commit()
    return files_of(folder)


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def read(url: str, where: PointFilter | None = None) -> list[object]:
    """All rows of a source as plain values."""
    source = open_source(url)
    found: list[object] = []
    for range_ in await source.ranges(Selection()):
        async for each in source.read(range_, where or PointFilter()):
            tags = {k: v if isinstance(v, str) else v.to_list() for k, v in each.tags.items()}
            fields = {n: (column.kind, column.to_list()) for n, column in each.fields.items()}
            found.append((each.measurement, each.times.to_list(), tags, fields))
    return found


async def test_every_day_has_a_file_in_its_folder(tmp_path: Path) -> None:
    times = [0, DAY - 1, DAY, 2 * DAY + 5]
    files = await write(tmp_path, batch(times, {"f": ("float", [1.0, 2.0, 3.0, 4.0])}))
    name = f"0_{7 * DAY}.parquet"
    folder = "db=db/rp=rp/measurement=m"
    assert files == [f"{folder}/date=1970-01-0{day}/{name}" for day in (1, 2, 3)]
    assert pq.read_table(tmp_path / files[0]).num_rows == 2


async def test_types_names_and_missing_values_are_kept(tmp_path: Path) -> None:
    fields = {
        "f": ("float", [1.0, None]),
        "i": ("integer", [2**53 + 1, None]),
        "u": ("unsigned", [2**64 - 1, 0]),
        "b": ("boolean", [None, True]),
        "time_field": ("string", ["a\nb", None]),
        "host": ("float", [5.5, 6.5]),
    }
    tags = {"host": Column.of(["ä", None], "string"), "same": "x"}
    await write(tmp_path, batch([1, 2], fields, tags))
    assert await read(f"parquet:{tmp_path}") == [
        (
            "m",
            [1, 2],
            {"host": ["ä", None], "same": ["x", "x"]},
            {name: (kind, values) for name, (kind, values) in sorted(fields.items())},
        )
    ]


async def test_batches_with_other_columns_share_a_file(tmp_path: Path) -> None:
    await write(
        tmp_path,
        batch([1], {"f": ("float", [1.0])}, {"a": "x"}),
        batch([2], {"g": ("integer", [2])}, {"b": "y"}),
    )
    ((_, times, tags, fields),) = await read(f"parquet:{tmp_path}")
    assert times == [1, 2]
    assert tags == {"a": ["x", None], "b": [None, "y"]}
    assert fields == {"f": ("float", [1.0, None]), "g": ("integer", [None, 2])}


async def test_a_field_with_two_types_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RangeIncomplete, match="a field has several types; copy with types="):
        await write(
            tmp_path, batch([1], {"f": ("float", [1.0])}), batch([2], {"f": ("string", ["x"])})
        )


async def test_a_range_that_is_written_again_replaces_its_files(tmp_path: Path) -> None:
    await write(tmp_path, batch([0, DAY], {"f": ("float", [1.0, 2.0])}))
    files = await write(tmp_path, batch([0], {"f": ("float", [3.0])}))
    assert len(files) == 1
    assert await read(f"parquet:{tmp_path}") == [("m", [0], {}, {"f": ("float", [3.0])})]


async def test_a_file_of_another_program_needs_a_measurement_and_tags(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    table = pa.table({"time": pa.array([1, 2]), "host": ["a", "b"], "load": [1.5, 2.5]})
    pq.write_table(table, file)
    with pytest.raises(RangeIncomplete, match=r"parquet:.*\?measurement=cpu"):
        await read(f"parquet:{file}")
    where = PointFilter(tags={"host": "b"})
    assert await read(f"parquet:{file}?measurement=cpu&tags=host", where) == [
        ("cpu", [2], {"host": ["b"]}, {"load": ("float", [2.5])})
    ]


async def test_a_column_that_no_point_has_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"time": pa.array([1]), "list": [[1, 2]]}), file)
    with pytest.raises(RangeIncomplete, match="the field 'list' is a column of type list"):
        await read(f"parquet:{file}?measurement=m")


def test_parquet_does_not_import_pandas(tmp_path: Path) -> None:
    """It would cost seconds, and more memory than all points of a copy."""
    (tmp_path / "a.lp").write_text(f"m,h=x f=1,g=2i 1\nm,h=y f=2 {DAY}\n")
    script = (
        "import asyncio, sys\n"
        "from influx_copy import copy\n"
        "for source, sink in (('a.lp', 'parquet:p'), ('parquet:p', 'b.lp')):\n"
        "    assert asyncio.run(copy(source, sink, source[0] + '.plan')).complete\n"
        "assert 'pandas' not in sys.modules\n"
    )
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


async def test_a_field_keeps_its_name_beside_series_with_a_tag_of_that_name(tmp_path: Path) -> None:
    """The column of the field `host` is `host_field` in the first batch, and `host` in others."""
    await write(
        tmp_path,
        batch([1], {"host": ("string", ["x"])}, {"host": "a"}),
        batch([2], {"host_field": ("string", ["y"])}, {"other": "b"}),
        batch([3], {"host": ("string", ["z"])}, {"other": "b"}),
    )
    (found,) = await read(f"parquet:{tmp_path}")
    assert found == (
        "m",
        [1, 2, 3],
        {"host": ["a", None, None], "other": [None, "b", "b"]},
        {
            "host": ("string", ["x", None, "z"]),
            "host_field": ("string", [None, "y", None]),
        },
    )


@pytest.mark.parametrize("held", [1, 65_536])
async def test_row_groups_of_other_tags_keep_names_and_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr("influx_copy._parquet.date_files.GROUP_ROWS", held)
    monkeypatch.setattr("influx_copy._parquet.parquet_sink._ROWS", 1)
    batches = [
        batch([1], {"host": ("string", ["x"]), "host_field": ("integer", [1])}, {"host": "a"}),
        batch([2], {"host": ("string", ["y"])}, {}),
        batch([3], {"host_field": ("integer", [3])}, {"host": "a"}),
    ]
    await write(tmp_path, *batches)
    values = {
        (time, field): column[at]
        for _, times, _, fields in await read(f"parquet:{tmp_path}")
        for field, (_, column) in fields.items()
        for at, time in enumerate(times)
        if column[at] is not None
    }
    assert values == {
        (1, "host"): "x",
        (1, "host_field"): 1,
        (2, "host"): "y",
        (3, "host_field"): 3,
    }
