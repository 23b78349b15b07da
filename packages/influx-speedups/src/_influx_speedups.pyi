from collections.abc import Callable, Iterable

from influx_core.points import DataPoint, PointLike

SOURCE_DIGEST: str

def encode(
    points: Iterable[PointLike],
    unit: int,
    point_type: type[DataPoint],
    fallback: Callable[[int, PointLike], bytes],
) -> bytes: ...
