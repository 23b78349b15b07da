"""Line protocol: both codecs say the same of lines and points made at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from influx_core import DataPoint
from influx_core import lineprotocol as python
from influx_core.parts import LineProtocolSummarizer
from influx_speedups import codec as compiled

GOOD = [
    b'm\\ x,host=a\\,b,dc=\xc3\xbc f=1.25e-3,g=-7i,s="x \\"y\\" z",b=T 1434055562000000000',
    b"cpu,host=a,dc=eu load=0.6404163055404829,n=3i 1434055562000000001",
    b'm s="two\nlines, a=b",t="" -5',
    b"m,a=1,b=2 f=1,g=2.5,h=.5,i=12345678901234567890,j=1e300",
    b"# comment",
]
PIECES = [
    b" ",
    b",",
    b"=",
    b'"',
    b"\\",
    b"\n",
    b"\r",
    b"\0",
    b"#",
    b"i",
    b"u",
    b"e",
    b".",
]
PIECES += [
    b"-",
    b"+",
    b"0",
    b"9" * 20,
    b"1e999",
    b",f=1",
    b",a=1",
    b"\t",
    b"\\\\",
    b'\\"',
    b"true",
    b"x" * 40,
]
VALUES = [
    0.1,
    -0.0,
    1e300,
    5e-324,
    7,
    -(2**63),
    2**63,
    True,
    None,
    "x",
    'a "b"\\',
    "é",
    "\ud800",
    float("nan"),
]
NAMES = ["a", "b", "a b", "c=d", "e,f", "time", "", "\\", "n\\ ", "ü", "x" * 20, "\n", 5]


def lines(source: random.Random) -> bytes:
    """A few lines, most of them with a mistake."""
    chosen = bytearray(b"\n".join(source.choices(GOOD, k=source.randrange(1, 12))))
    for _ in range(source.randrange(6)):
        at = source.randrange(len(chosen) + 1)
        chosen[at : at + source.randrange(3)] = source.choice(PIECES)
    return bytes(chosen)


def points(source: random.Random) -> list[Any]:
    """A few points, as tuples or as they are."""

    def members() -> Any:
        tags = {source.choice(NAMES): source.choice(NAMES) for _ in range(source.randrange(4))}
        fields = {source.choice(NAMES): source.choice(VALUES) for _ in range(source.randrange(5))}
        ns = source.choice([None, 0, -1, 2**62, 2**63, source.getrandbits(60)])
        return source.choice(NAMES), tags or None, fields, ns

    made = [members() for _ in range(source.randrange(1, 30))]
    return [DataPoint(*one) if one[2] and source.random() < 0.3 else one for one in made]


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gives or raises; repr tells 1 from 1.0 and from True."""
    try:
        return repr(call())
    except Exception as error:
        return type(error), str(error)


def read(decode: Any, data: bytes, precision: str, rules: str) -> list[Any]:
    """Points with their tags in one order, for neither decoder promises any; and bad lines."""
    return [
        DataPoint(item.measurement, dict(sorted(item.tags.items())), item.fields, item.timestamp)
        if isinstance(item, DataPoint)
        else item
        for item in decode(data, precision, 5, rules=rules)
    ]


def written(encode: Any, items: list[Any]) -> Any:
    refused: list[Any] = []
    body = encode(items, on_invalid=lambda index, error: refused.append((index, str(error))))
    return body, refused


def check(source: random.Random) -> None:
    """Decode and summarize lines, and encode points, with both codecs."""
    data, items = lines(source), points(source)
    rules, precision = source.choice(["v2", "1.x"]), source.choice(["ns", "ms", "h"])
    for name in ("scan", "decode"):
        one, other = (
            outcome(partial(read, getattr(codec, name), data, precision, rules))
            for codec in (python, compiled)
        )
        assert one == other, f"{name} by {rules}: {data!r}: {one} is not {other}"
    one, other = (outcome(partial(written, codec.encode, items)) for codec in (python, compiled))
    assert one == other, f"encode: {items!r}: {one} is not {other}"
    summarizers = LineProtocolSummarizer(), compiled.CompiledLineSummarizer()
    one, other = (summaries(each, data) for each in summarizers)
    assert one == other, f"summarize: {data!r}: {one} is not {other}"


def summaries(summarizer: Any, data: bytes) -> list[Any]:
    """The summaries of lines, and how many keys their points have."""
    keys = (summarizer.keys(data, by_field=by_field) for by_field in (False, True))
    return [
        *(summarizer.summarize(data, final=final) for final in (False, True)),
        *(None if each is None else len(each) for each in keys),
    ]
