from __future__ import annotations

import gc
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from influx_copy_doubles import batch

from influx_copy import (
    ColumnarBatch,
    CopyRange,
    PointFilter,
    RangeIncomplete,
    Selection,
    Target,
    open_sink,
    open_source,
)
from influx_copy._files.compression import open_reader
from influx_copy._files.hive_names import folder_of, name_of, range_of_path
from influx_copy._files.point_columns_builder import batches_of
from influx_copy._text.line_blocks import line_blocks
from influx_copy._text.text_formats import JSONLines, LineProtocol
from influx_copy._text.text_sections import sections_of
from influx_copy.line_files import comment_marks
from influx_core import ConfigError, DataPoint, Unsigned, lineprotocol
from influx_core.columns import Column
from influx_testing.strategies import points as any_points

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
TARGET = Target("db", "rp")


@given(NAMES, NAMES, NAMES)
def test_names_of_every_kind_survive_as_folders(database: str, policy: str, name: str) -> None:
    folder = folder_of(Target(database, policy), name)
    assert len(folder.parts) == 3
    found = range_of_path(folder / "date=2020-01-01" / "5_7.parquet")
    assert (found.database, found.policy, found.measurement) == (database, policy, name)
    assert (found.start, found.stop) == (5, 7)


def test_a_part_of_a_file_has_a_name_of_its_own() -> None:
    one, other = (CopyRange("", "", "", part=part) for part in ("a/b@0+5", "a/b@5+5"))
    assert name_of(one) != name_of(other)
    assert "/" not in name_of(one)


@given(st.lists(any_points(), max_size=8))
def test_json_lines_give_the_same_points(points: list[DataPoint]) -> None:
    timed = [DataPoint(p.measurement, p.tags, p.fields, at) for at, p in enumerate(points)]
    format_ = JSONLines()
    encode = format_.encoder(TARGET)
    text = b"".join(encode(each) for each in batches_of(timed))
    found = sorted(format_.decode(text), key=lambda point: point.timestamp)
    assert [_plain(point) for point in found] == [_plain(point) for point in timed]


def _plain(point: DataPoint) -> object:
    fields = {name: (type(value), value) for name, value in point.fields.items()}
    return point.measurement, {k: v for k, v in point.tags.items() if v}, fields, point.timestamp


def test_unsigned_integers_stay_unsigned_in_json() -> None:
    encode = JSONLines().encoder(TARGET)
    text = encode(batch([1], {"u": ("unsigned", [2**64 - 1]), "i": ("integer", [5])}))
    assert text == (
        b'{"measurement":"m","fields":{"u":18446744073709551615,"i":5},"time":1,'
        b'"unsigned":["u"],"db":"db","rp":"rp"}\n'
    )
    (point,) = JSONLines().decode(text)
    assert isinstance(point.fields["u"], Unsigned)
    assert not isinstance(point.fields["i"], Unsigned)


def test_a_field_that_changes_its_type_begins_a_batch() -> None:
    points = [DataPoint("m", {}, {"f": value}, at) for at, value in enumerate([1, 2, 2.5, "x"])]
    kinds = [each.fields["f"].kind for each in batches_of(points)]
    assert kinds == ["integer", "float", "string"]


def test_missing_tags_and_fields_are_missing_values() -> None:
    points = [DataPoint("m", {"a": "1"}, {"f": 1}, 1), DataPoint("m", {"b": "2"}, {"g": 2.5}, 2)]
    (found,) = batches_of(points)
    assert {key: column.to_list() for key, column in found.tags.items()} == {
        "a": ["1", None],
        "b": [None, "2"],
    }
    assert found.fields["f"].to_list() == [1, None]
    assert found.fields["g"].to_list() == [None, 2.5]


def test_a_point_without_a_time_is_refused() -> None:
    with pytest.raises(RangeIncomplete, match="has no time"):
        list(batches_of([DataPoint("m", {}, {"f": 1})]))


LINES = b'm f="a\nb" 1\nm f="c\\"\nd",g=1 2\nm\\ "x f=1 3\nm,t=" f=2 4\n'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_blocks_end_with_lines_and_not_inside_strings(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("influx_copy._text.line_blocks.BLOCK_BYTES", size)
    blocks = list(line_blocks(io.BytesIO(LINES + b"m f=5 5"), quoted=True))
    assert b"".join(blocks) == LINES + b"m f=5 5"
    assert sum(len(lineprotocol.decode(block)) for block in blocks) == 5


def test_a_string_without_an_end_is_held() -> None:
    blocks = line_blocks(io.BytesIO(b'm f=1 1\nm f="a\nb f=2\n'), quoted=True)
    assert list(blocks) == [b"m f=1 1\n", b'm f="a\nb f=2\n']


def test_a_line_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("influx_copy._text.line_blocks.MOST_BYTES", 100)
    monkeypatch.setattr("influx_copy._text.line_blocks.BLOCK_BYTES", 60)
    with pytest.raises(RangeIncomplete, match="a quote may have no end"):
        list(line_blocks(io.BytesIO(b'm f="' + b"x" * 500), quoted=True))


def sections(path: Path, format_: LineProtocol | JSONLines) -> list[tuple[str, str, bytes]]:
    text = path.read_bytes()
    return [
        (found.database, found.policy, text[found.offset : found.offset + found.length])
        for found in sections_of(path.parent, path.name, format_)
    ]


def test_comments_choose_database_and_policy_and_statements_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "export.lp"
    file.write_bytes(
        b"# DDL\nCREATE DATABASE a WITH NAME rp\n# DML\n# CONTEXT-DATABASE:a\n"
        b"# CONTEXT-RETENTION-POLICY:one\n# writing tsm data\nm f=1 1\nm f=2 2\n"
        b"# CONTEXT-RETENTION-POLICY: two\nm f=3 3\n"
    )
    assert sections(file, LineProtocol()) == [
        ("a", "one", b"# writing tsm data\nm f=1 1\nm f=2 2\n"),
        ("a", "two", b"m f=3 3\n"),
    ]


def test_a_comment_inside_a_string_is_text(tmp_path: Path) -> None:
    file = tmp_path / "a.lp"
    file.write_bytes(b'm f="x" 1\nm f=2 2\n')
    assert sections(file, LineProtocol()) == [("", "", file.read_bytes())]


def test_large_plain_files_are_divided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("influx_copy._text.line_blocks.BLOCK_BYTES", 64)
    monkeypatch.setattr("influx_copy._text.text_sections.SECTION_BYTES", 100)
    text = b"".join(b"m f=%d %d\n" % (at, at) for at in range(100))
    (tmp_path / "a.lp").write_bytes(text)
    (tmp_path / "a.lp.gz").write_bytes(gzip.compress(text))
    found = sections(tmp_path / "a.lp", LineProtocol())
    assert len(found) > 5
    assert b"".join(each for _, _, each in found) == text
    assert len(list(sections_of(tmp_path, "a.lp.gz", LineProtocol()))) == 1


def test_json_lines_are_divided_by_database(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [
        b'{"measurement":"m","fields":{"f":1},"time":1,"db":"a","rp":"x"}\n',
        b'{"measurement":"m","fields":{"f":1},"time":2,"db":"a","rp":"x"}\n',
        b'{"measurement":"m","fields":{"f":1},"time":3,"db":"b"}\n',
    ]
    file.write_bytes(b"".join(lines))
    assert sections(file, JSONLines()) == [
        ("a", "x", lines[0] + lines[1]),
        ("b", "", lines[2]),
    ]


async def read(url: str, where: PointFilter | None = None) -> list[ColumnarBatch]:
    source = open_source(url)
    return [
        each
        for range_ in await source.ranges(Selection())
        async for each in source.read(range_, where or PointFilter())
    ]


async def test_an_invalid_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.lp"
    file.write_text("m f=1 1\nm f=1 2\nm f= 3\n")
    with pytest.raises(RangeIncomplete, match=r"a\.lp, line 3: "):
        await read(str(file))


async def test_other_precisions_and_rules_are_options(tmp_path: Path) -> None:
    file = tmp_path / "a.lp"
    file.write_text("m f=1 1\n")
    (found,) = await read(f"lp:{file}?precision=s&rules=1.x")
    assert found.times.to_list() == [1_000_000_000]
    with pytest.raises(ConfigError, match="no option 'nosuch'; known: rules, precision"):
        open_source(f"lp:{file}?nosuch=1")


async def test_a_filter_chooses_points(tmp_path: Path) -> None:
    file = tmp_path / "a.lp"
    file.write_text("m,h=a f=1 1\nm,h=b f=1 2\nn,h=a f=1 3\n")
    found = await read(str(file), PointFilter(("m",), {"h": "a"}))
    assert [each.times.to_list() for each in found] == [[1]]


@pytest.mark.parametrize("options", ["", "?compression=gz", "?compression=zst"])
async def test_a_writer_leaves_nothing_when_it_is_aborted(tmp_path: Path, options: str) -> None:
    if "zst" in options:
        pytest.importorskip("zstandard")
    sink = open_sink(f"lp:{tmp_path}/out{options}")
    await sink.prepare([], [])
    range_ = CopyRange("db", "rp", "m", 0, 10)
    writer = sink.open(range_, TARGET)
    await writer.write(batch([1], {"f": ("float", [1.5])}))
    await writer.abort()
    gc.collect()  # an unfinished stream would write to its closed file, which is a warning
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


async def test_a_range_that_is_written_again_replaces_its_file(tmp_path: Path) -> None:
    sink = open_sink(f"lp:{tmp_path}/out")
    range_ = CopyRange("db", "rp", "m", 0, 10)
    file = tmp_path / "out/db=db/rp=rp/measurement=m/0_10.lp"
    for fields in ([1.5], [2.5]):
        writer = sink.open(range_, TARGET)
        await writer.write(batch([1], {"f": ("float", fields)}))
        await writer.commit()
    assert file.read_text().endswith("m f=2.5 1\n")
    empty = sink.open(range_, TARGET)
    await empty.commit()
    assert not file.exists()


def test_unknown_urls_list_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="there is no source 'gopher'; known: annotated-csv, csv"):
        open_source("gopher://x")
    with pytest.raises(ConfigError, match="there is no sink 'csv'"):
        open_sink("a.csv")
    with pytest.raises(ConfigError, match="compression is one of gz, zst"):
        open_sink("lp:x?compression=bz2")


def test_tags_that_are_constant_are_written_too() -> None:
    tags = {"a": "x", "b": Column.of(["1", None], "string")}
    text = LineProtocol()._encode(batch([1, 2], {"f": ("float", [1.5, 2.5])}, tags))
    assert text == b"m,a=x,b=1 f=1.5 1\nm,a=x f=2.5 2\n"


def test_comments_of_a_dump_are_the_same_where_no_newline_is_in_a_string() -> None:
    block = b"#DDL \r\nCREATE\n# CONTEXT-DATABASE: a b \nm f=1 1\n # DDL\n"
    block += b"# CONTEXT-RETENTION-POLICY:\n# DML\n"
    marks = list(comment_marks(block))
    assert len(marks) == 4
    assert list(comment_marks(block + b'm s="a\nb" 1\n')) == marks


def test_a_comment_inside_a_string_directs_nothing() -> None:
    block = b'm f="a\n# CONTEXT-DATABASE: x\n# DDL\n" 1\n# CONTEXT-DATABASE: y\nm f=1 1\n'
    (mark,) = comment_marks(block)
    assert (mark.database, block[mark.end :]) == ("y", b"m f=1 1\n")
    assert block[mark.start :].startswith(b"# CONTEXT-DATABASE: y")


def compressed(ending: str, text: bytes) -> bytes:
    if ending == ".gz":
        return gzip.compress(text)
    return pytest.importorskip("zstandard").compress(text)


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_streams_end_to_end_are_read_as_one(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.lp{ending}"
    path.write_bytes(
        b"".join(compressed(ending, text) for text in (b"m f=1 1\n", b"", b"m f=2 2\n"))
    )
    with open_reader(path) as reader:
        assert reader.read() == b"m f=1 1\nm f=2 2\n"


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_compressed_file_that_is_cut_off_is_not_read_as_a_shorter_one(
    tmp_path: Path, ending: str
) -> None:
    text = b"".join(b"m f=%d %d\n" % (n, n) for n in range(20_000))
    whole = compressed(ending, text)
    path = tmp_path / f"a.lp{ending}"
    for size in (3, 7, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with (
            open_reader(path) as reader,
            pytest.raises(RangeIncomplete, match=f"a.lp{ending}: .* damaged or cut off"),
        ):
            reader.read()


def test_a_damaged_compressed_file_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.lp.gz"
    path.write_bytes(gzip.compress(b"m f=1 1\n")[:12] + b"damage" * 9)
    with (
        open_reader(path) as reader,
        pytest.raises(RangeIncomplete, match="the compressed data is damaged"),
    ):
        reader.read()
