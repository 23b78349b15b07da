"""CSV files as sources."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from influx_copy import CopyRange, PointFilter, RangeIncomplete, Selection, copy, open_source
from influx_core import ConfigError

ANNOTATED = """\
#datatype,string,long,dateTime:RFC3339,double,string,string,string
#group,false,false,false,false,true,true,true
#default,_result,,,,,,
,result,table,_time,_value,_field,_measurement,host
,,0,2020-09-13T12:26:40Z,1.5,load,cpu,a
,,0,2020-09-13T12:26:41.000000001Z,2,load,cpu,a

#datatype,string,long,dateTime:RFC3339,unsignedLong,string,string,string
#group,false,false,false,false,true,true,true
#default,_result,,,,,,
,result,table,_time,_value,_field,_measurement,host
,,1,2020-09-13T12:26:40Z,18446744073709551615,n,cpu,a
"""


async def lines(url: str, tmp_path: Path, selection: Selection | None = None) -> list[str]:
    """What a copy of a source writes as line protocol."""
    output = tmp_path / "output.lp"
    summary = await copy(url, str(output), tmp_path / "plan", selection=selection)
    assert summary.failed == ()
    text = output.read_text() if output.exists() else ""
    return [line for line in text.splitlines() if not line.startswith("#")]


async def test_types_are_those_that_all_values_have(tmp_path: Path) -> None:
    file = tmp_path / "cpu.csv"
    file.write_text("time,host,a,b,c,d\n1,x,1,1,true,1\n2,,2,2.5,false,t2\n3,x,,,,\n")
    assert await lines(f"csv:{file}?measurement=cpu&tags=host&precision=s", tmp_path) == [
        'cpu,host=x a=1i,b=1.0,c=true,d="1" 1000000000',
        'cpu a=2i,b=2.5,c=false,d="t2" 2000000000',
    ]


async def test_numbers_of_a_column_keep_all_their_digits(tmp_path: Path) -> None:
    file = tmp_path / "n.csv"
    file.write_text(f"time,a,b,c,d\n1,{2**64 - 1},{2**53 + 1},1_000,1\n2,1,0.5,2,true\n")
    assert await lines(f"{file}?measurement=n", tmp_path) == [
        f'n a={2**64 - 1}u,b="{2**53 + 1}",c="1_000",d="1" 1',
        'n a=1u,b="0.5",c="2",d="true" 2',
    ]


async def test_options_follow_the_path_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cpu.csv"
    file.write_text("time,host,a\n1,x,1\n")
    url = f"{file}?measurement=cpu&tags=host&precision=s&types=a:float"
    assert await lines(url, tmp_path) == ["cpu,host=x a=1.0 1000000000"]


async def test_types_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "cpu.csv"
    file.write_text("when,a,b,c\n2020-09-13T12:26:40.000000001Z,1,2,3\n")
    url = f"csv:{file}?measurement=cpu&time=when&types=a:float,b:unsigned,c:string"
    assert await lines(url, tmp_path) == ['cpu a=1.0,b=2u,c="3" 1600000000000000001']


async def test_the_csv_of_influx_has_measurement_and_tags(tmp_path: Path) -> None:
    file = tmp_path / "all.csv.gz"
    text = 'name,tags,time,load\ncpu,"host=a,region=eu",5,1.5\nmem,host=b,6,2.5\n'
    file.write_bytes(gzip.compress(text.encode()))
    assert await lines(str(file), tmp_path) == [
        "cpu,host=a,region=eu load=1.5 5",
        "mem,host=b load=2.5 6",
    ]


async def test_a_selection_chooses_rows(tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text("name,tags,time,f\na,h=x,1,1.5\na,h=y,2,2.5\na,h=x,3,3.5\nb,h=x,1,4.5\n")
    chosen = Selection(measurements=("a",), tags={"h": "x"}, stop=3)
    assert await lines(str(file), tmp_path, chosen) == ["a,h=x f=1.5 1"]


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("a,b\n1,2\n", "?measurement=m", "no column 'time'; its columns are a, b"),
        ("time,b\n1,2\n", "", "say the measurement, as in csv:FILE\\?measurement=cpu"),
        ("time,b\n1,2,3\n", "?measurement=m", "line 2: 3 cells for 2 columns"),
        ("time,b\nx,2\n", "?measurement=m", "line 2: "),
        ("time,b\n1,x\n", "?measurement=m&types=b:float", "line 2, column 'b': 'x' is not of type"),
        ("time,b,b\n1,2,3\n", "?measurement=m", "two columns 'b'"),
        ("time,b\n1,2\n", "?measurement=m&tags=host", "no column 'host', which tags= names"),
        ("time,b\n1,2\n", "?measurement=m&types=c:float", "no column 'c', which types= names"),
        ('time,b\n1,"2\n3,4\n', "?measurement=m", "line 3: unexpected end of data"),
    ],
)
async def test_an_error_names_line_and_column(
    tmp_path: Path, text: str, options: str, reason: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text)
    source = open_source(f"csv:{file}{options}")
    with pytest.raises(RangeIncomplete, match=reason):
        async for _ in source.read(CopyRange("", "", ""), PointFilter()):
            pass


async def test_annotated_csv_keeps_all_types(tmp_path: Path) -> None:
    file = tmp_path / "flux.csv"
    file.write_text(ANNOTATED.rstrip())
    assert await lines(str(file), tmp_path) == [
        "cpu,host=a load=1.5,n=18446744073709551615u 1600000000000000000",
        "cpu,host=a load=2.0 1600000001000000001",
    ]


async def test_an_error_inside_annotated_csv_fails_the_range(tmp_path: Path) -> None:
    file = tmp_path / "flux.csv"
    file.write_text(ANNOTATED + "\n#datatype,string,string\n#group,true,true\n#default,,\n,error,"
                    "reference\n,failed to read,897\n")  # fmt: skip
    summary = await copy(str(file), str(tmp_path / "a.lp"), tmp_path / "plan")
    assert not summary.complete
    assert "failed to read" in summary.failed[0].error
    assert not (tmp_path / "a.lp").exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no file"):
        open_source(str(tmp_path / "nothing.csv"))
