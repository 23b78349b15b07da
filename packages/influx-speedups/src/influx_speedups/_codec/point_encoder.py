"""Encodes points: regular points in compiled code, all others with influx_core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core import DataPoint
from influx_core.codec import PointsEncoder
from influx_core.timestamps import UNIT_NS
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from influx_core import PointLike
    from influx_core.interfaces import OnInvalid
    from influx_core.lineprotocol import Rules
    from influx_core.timestamps import Naive, Precision

__all__ = ["encode"]


def encode(
    points: Iterable[PointLike],
    precision: Precision = "ns",
    *,
    on_invalid: OnInvalid | None = None,
    naive: Naive = "raise",
    unsigned: bool = False,
    rules: Rules | None = None,
) -> bytes:
    """Encode points, exactly as `influx_core.lineprotocol.encode` does.

    Raises:
        EncodeError: a point cannot be written, and `on_invalid` is None.
    """
    precision = canonical_precision(precision)
    if naive != "raise" or rules is not None:
        PointsEncoder(precision, naive, unsigned=unsigned, rules=rules)  # refuses unknown words
    fallback: PointsEncoder | None = None

    def encode_irregular(first: int, irregular: Sequence[PointLike]) -> bytes:
        nonlocal fallback
        if fallback is None:  # most calls need none
            fallback = PointsEncoder(precision, naive, unsigned=unsigned, rules=rules)
        return fallback.encode(first, irregular)

    body = compiled.encode(points, UNIT_NS[precision], DataPoint, encode_irregular)
    if fallback is not None:
        fallback.report(on_invalid)
    return body
