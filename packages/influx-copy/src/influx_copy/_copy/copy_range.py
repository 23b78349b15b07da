"""copy_range: copies one range from a source to a sink, and knows neither of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing

from influx_copy._copy.batch_fitting import BatchFitting
from influx_copy._copy.field_rules import FieldRules
from influx_copy._copy.joined_schemas import joined_schema
from influx_copy._copy.options import CopyOptions, target_of
from influx_copy._copy.tally import RangeTally
from influx_copy._copy.throttle import Throttle
from influx_copy._plan.plan import RangeResult
from influx_copy.interfaces import ColumnarBatch, CopyRange, CopySink, CopySource, PointSchema

__all__ = ["OnBatch", "copy_range"]

OnBatch = Callable[[int, int], None]
"""Called with the points and the bytes of each batch that was written."""

_AS_IT_IS = CopyOptions()


async def copy_range(
    range_: CopyRange,
    source: CopySource,
    sink: CopySink,
    options: CopyOptions = _AS_IT_IS,
    *,
    throttle: Throttle | None = None,
    on_batch: OnBatch | None = None,
    beside: Sequence[CopyRange] = (),
) -> RangeResult:
    """Copy one range, in constant memory; returns when the sink has stored it durably.

    Any executor may call it, in any process. Copying a range twice changes nothing, because a point
    replaces the one with the same series and time, and a file the one with the same name.

    Args:
        range_: the range.
        source: where the points are.
        sink: where they go.
        options: what is done with types, names and tags.
        throttle: limits the rate.
        on_batch: called for each batch that was written.
        beside: ranges of other databases and policies whose points of the same measurement go to
            the same place, see `ranges_beside`: types and names are treated alike in all of them.

    Returns:
        What was copied.

    Raises:
        RangeTooLarge: halve the range, and copy its halves.
        TypesDiffer: a field has several types, and `options.types` is `refuse`.
        RangeIncomplete: the sink cannot keep a point, and `options.accept` does not allow that.
        InfluxDBError: the range is not complete; another attempt may help if the server was busy or
            unreachable.
    """
    writer = sink.open(range_, target_of(range_, sink, options))
    tally = RangeTally()
    try:
        schema = await joined_schema(source, range_, beside)
        rules = _MeasurementRules(options, range_.measurement, schema)
        fitting = BatchFitting(await sink.limits(), options.accept)
        async with aclosing(source.read(range_, options.where)) as batches:
            async for batch in batches:
                written = fitting.apply(rules.apply(batch))
                if not len(written):
                    continue
                size = await writer.write(written)
                tally.add(written, size)
                if on_batch is not None:
                    on_batch(len(written), size)
                if throttle is not None:
                    await throttle.spend(len(written), size)
        await writer.commit()
    except BaseException:
        await writer.abort()
        raise
    return tally.result()


class _MeasurementRules:
    """The rules of each measurement of a range; a part of a file may have several."""

    def __init__(self, options: CopyOptions, measurement: str, schema: PointSchema) -> None:
        self._options = options
        self._schema = schema
        self._known: dict[str, FieldRules] = {}
        if measurement:
            self._of(measurement)

    def apply(self, batch: ColumnarBatch) -> ColumnarBatch:
        return self._of(batch.measurement).apply(batch)

    def _of(self, measurement: str) -> FieldRules:
        if measurement not in self._known:
            self._known[measurement] = FieldRules(measurement, self._schema, self._options)
        return self._known[measurement]
