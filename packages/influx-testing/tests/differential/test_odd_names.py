"""Names that are odd, but that the server takes or refuses in its own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Compare = Callable[[Callable[[Any], Any]], None]


@pytest.mark.parametrize(
    "line",
    [
        b"odd \x00=t 1",
        b"odd a=1,\x00=t 1",
        b"odd \x00a=1 1",
        b"odd a\x00=1 1",
        b"odd \x00\x00=1 1",
        b"odd \x00=1,\x00=2 1",
        b"\x01 \x00=0 1",
        b"odd,\x00=a v=1 1",
        b"\x00 v=1 1",
        b"odd \x92=1 1",
        b"od\x92d v=1 1",
        b"odd,t=\x92 v=1 1",
    ],
    ids=repr,
)
def test_a_name_with_odd_bytes_is_taken_or_refused_alike(
    told_bytes: Callable[[bytes], tuple[Any, Any]], line: bytes
) -> None:
    real, fake = told_bytes(line)
    assert fake == real
