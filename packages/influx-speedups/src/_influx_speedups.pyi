from collections.abc import Callable, Iterable

from influx_core.points import DataPoint, PointLike

SOURCE_DIGEST: str

def encode(
    points: Iterable[PointLike],
    unit: int,
    point_type: type[DataPoint],
    fallback: Callable[[int, list[PointLike]], bytes],
) -> bytes: ...

class _LineReader: ...

def line_reader(
    data: bytes, unit: int, default_time: int | None, point_type: type[DataPoint]
) -> _LineReader: ...
def read_lines(reader: _LineReader, position: int, most: int) -> tuple[list[DataPoint], int]: ...
