from collections.abc import Callable, Iterable, Sequence
from typing import Any

from influx_core.points import DataPoint, PointLike

SOURCE_DIGEST: str

def encode(
    points: Iterable[PointLike],
    unit: int,
    point_type: type[DataPoint],
    fallback: Callable[[int, PointLike], bytes],
) -> bytes: ...
def encode_columns(
    length: int,
    unit: int,
    names: Sequence[tuple[bytes, bytes, Any]],
    rest: bytes,
    fields: Sequence[tuple[bytes, Any]],
    times: Any,
    threads: int,
    fallback: Callable[[int], bytes],
) -> bytes: ...
