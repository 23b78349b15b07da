"""Points that do not go together: what both servers store of them, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Compare = Callable[[Callable[[Any], Any]], None]

OLD, NEW = 1_577_836_900, 4_000_000_000
"""Times in a shard that is there, and in the first of those that are not."""

CONFLICTS = [
    *("c a=1,a=2i {0}\nc b=1 {1}", "c a=1,a=2 {0}\nc b=1 {1}", "c b=1 {0}\nc a=1,a=2i {1}"),
    *("c a=1 {0}\nc a=2i {1}\nc a=3 {2}", 'c a=1i,b="x" {0}\nc a=2i,b=1 {1}'),
    *("c a=1 {0}\nd a=1i {1}\nc a=2i {2}\nd a=2 {3}", "c time=1i,a=2 {0}\nc time=1 {1}"),
    *("c,time=x a=1 {0}\nc a=1 {1}\nc a=1i {2}", "c a=1,b=1,b=2i,c=1 {0}\nbad\nc c=1i {1}"),
    *("c a=t {0}\nc time=1i,a=2 {1}", "c time=1i,a=1 {0}\nc time=2,a=2 {1}"),
    *("c time=1i,a=1,time=2 {0}", "c time=t,a=1,time=2,a=2i {0}\nc time=1,time=2i {1}"),
]
NO_UTF8 = [
    *(b"c,t=\xff a=1 {0}\nc a=2 {1}", b"m\xff a=1 {0}\nc a=2 {1}", b"c a\xff=1 {0}\nc a=2 {1}"),
    *(b'c a="\xff" {0}\nc b=2 {1}', b"c a=5 {0}\nc a\xfe=1 {1}\nc a=6,b=1,b=2i {2}"),
]


def lines(body: bytes, start: int) -> bytes:
    for index in range(4):
        body = body.replace(b"{%d}" % index, b"%d" % (start + index))
    return body


def steps(server: Any, body: bytes, number: int, start: int) -> list[Any]:
    """Write twice, into measurements of the test's own, and look at what is there."""
    own = b"%d_" % number
    body = b"\n".join(own + line if line != b"bad" else line for line in body.split(b"\n"))
    looks = ["SELECT * FROM /^{}_/", "SHOW FIELD KEYS FROM /^{}_/", "SHOW SERIES FROM /^{}_/"]
    return [
        *(server.ask("POST", "/write?db=DB&precision=s", lines(body, start)) for _ in range(2)),
        *(server.query(look.format(number)) for look in looks),
    ]


@pytest.mark.parametrize("index", range(len(CONFLICTS)))
@pytest.mark.parametrize("start", [OLD, NEW], ids=["old-shard", "new-shard"])
def test_a_conflict_costs_as_many_points(alike: Compare, index: int, start: int) -> None:
    number = index + (100 if start == OLD else 200)
    begin = start + index * 2_000_000 * (start == NEW)
    alike(lambda server: steps(server, CONFLICTS[index].encode(), number, begin))


@pytest.mark.parametrize("index", range(len(NO_UTF8)))
@pytest.mark.parametrize("start", [OLD, NEW], ids=["old-shard", "new-shard"])
def test_names_that_are_no_utf8_are_stored_alike(alike: Compare, index: int, start: int) -> None:
    number = index + (300 if start == OLD else 400)
    begin = start + (index + 20) * 2_000_000
    if start == OLD:
        alike(lambda server: server.write(f"there,n={number} x=1 {begin}"))
    alike(lambda server: steps(server, NO_UTF8[index], number, begin))
