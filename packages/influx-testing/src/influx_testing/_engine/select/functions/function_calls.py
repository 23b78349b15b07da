"""Executes one function of SELECT: reads points, divides them into buckets, reduces, fills."""

from __future__ import annotations

from dataclasses import replace

from influx_query import walk
from influx_query.functions import FUNCTIONS
from influx_query.nodes import Call, Distinct, Expr, Fill, IntegerLiteral, VarRef
from influx_testing._engine.select.functions.fill import filled
from influx_testing._engine.select.functions.holt_winters import forecast
from influx_testing._engine.select.functions.reducers import Reducer, reducer
from influx_testing._engine.select.functions.shares import sharing_of, with_shares
from influx_testing._engine.select.functions.transforms import TRANSFORMS, integral, transformed
from influx_testing._engine.select.plan.expression_types import TypeFinder
from influx_testing._engine.select.plan.select_plan import SelectPlan
from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing._engine.select.run.buckets import (
    at_bucket_start,
    bounded,
    limited_results,
    reduced,
    reduced_with_pauses,
    without_pauses,
)
from influx_testing._engine.select.run.point_runs import PointRuns
from influx_testing._engine.select.run.points import (
    Points,
    ReadOptions,
    Results,
    RowsWanted,
    Sharing,
)
from influx_testing._engine.select.run.source_reader import SourceReader, present
from influx_testing.errors import StatementError

__all__ = ["CallRunner", "extra_buckets", "widened"]

_REDUCED_IN_PARTS = frozenset({"count", "mean", "sum"})
_SELECT_ONE = frozenset({"first", "last", "max", "min"})
"""Selectors that the server applies to each series first, and then to the results."""

_BY_SOURCE = _REDUCED_IN_PARTS | _SELECT_ONE
"""Functions that the server applies to each source before it merges the sources."""

_KEEP_TYPES = _SELECT_ONE | {"sum"}
"""Those of them whose results have the type of their argument."""

_LABELS = {
    "cumulative_sum": "cumulative sum",
    "holt_winters": "elapsed",
    "holt_winters_with_fit": "elapsed",
    "moving_average": "moving average",
    "non_negative_derivative": "derivative",
    "non_negative_difference": "difference",
}
"""The names of some functions in error texts."""


class CallRunner:
    """Executes the functions of one plan.

    Args:
        reader: reads the sources of the plan.
        types: finds the types of expressions over these sources.
        selects: whether the only function is a selector, whose points keep their own times.
        pauses: whether results have pauses.
    """

    def __init__(
        self, reader: SourceReader, types: TypeFinder, *, selects: bool, pauses: bool
    ) -> None:
        self._reader = reader
        self._types = types
        self._selects = selects
        self._pauses = pauses

    def run(self, call: Call, options: ReadOptions) -> Results:
        """Return the results of an outermost call, with LIMIT and OFFSET applied."""
        options = replace(options, wanted=RowsWanted())
        return limited_results(self._results(call, options, nested=False), options)

    def _call(self, call: Call, options: ReadOptions) -> Points:
        """Return the points of a call inside another one."""
        return without_pauses(self._results(call, options, nested=True))

    def _results(self, call: Call, options: ReadOptions, *, nested: bool) -> Results:
        if call.name in TRANSFORMS:
            points = self._input(call, widened(call, options))
            return transformed(points, call, options, self._types.of(call.args[0]))
        if call.name in {"holt_winters", "holt_winters_with_fit"}:
            return self._forecast(call, options)
        if call.name == "integral":
            return integral(self._input(call, options), call, options)
        if call.name in {"top", "bottom"}:
            return self._extremes(call, options)
        reduce = with_shares(self._reducer(call, options), self._sharing(call, options))
        in_parts = call.name in _REDUCED_IN_PARTS
        found = reduced if nested or not self._pauses else reduced_with_pauses
        results = found(self._runs(call, options), reduce, options, in_parts=in_parts)
        if call.name == "sample":
            return results
        if call.name == "distinct":
            return at_bucket_start(results, options)
        return self._on_buckets(results, call, options, nested=nested)

    def _reducer(self, call: Call, options: ReadOptions) -> Reducer:
        type_ = self._types.of(call.args[0])
        return reducer(call, type_, averages_as_floats=options.dialect.averages_as_floats)

    def _on_buckets(
        self, results: Results, call: Call, options: ReadOptions, *, nested: bool
    ) -> Results:
        """Move the results of an aggregate to the starts of their buckets, and fill empty buckets.

        Inside another function, buckets get no points without a value, because it ignores them.
        """
        if self._selects and not options.interval:
            return results
        results = at_bucket_start(results, options)
        if not options.interval or options.fill.kind == "none":
            return results
        fill = options.fill
        if call.name == "count" and fill.kind == "null":
            fill = Fill("number", 0)
        return filled(results, fill, self._types.of(call), options, empty=not nested)

    def _forecast(self, call: Call, options: ReadOptions) -> Results:
        runs = self._runs(call, options)
        everything = replace(options, start=MIN_TIME, end=MAX_TIME, interval=Interval())
        reduce = forecast(call, options.interval.duration)
        found = reduced_with_pauses if self._pauses else reduced
        return found(runs, reduce, everything)

    def _extremes(self, call: Call, options: ReadOptions) -> Points:
        """Execute top() or bottom(); with tags, first select the best point of each combination."""
        tags = {arg.name for arg in call.args[1:-1] if isinstance(arg, VarRef)}
        if not tags:
            return reduced(self._runs(call, bounded(options)), reducer(call), options)
        best = Call("max" if call.name == "top" else "min", call.args[:1])
        if takes(best.name, self._types.of(call.args[0])) and not self._loses(best, options):
            self._check_type(call, call.args[0], options, "ReduceBooleanIterator")
        finer = replace(options, group_by=tuple(sorted({*tags, *options.group_by})))
        points = reduced(self._runs(best, finer), reducer(best), finer)
        if len(finer.group_by) == len(options.dimensions):  # `subset` does not merge such groups
            points = reduced(present(points, finer), reducer(call), finer)
            return points if options.keeps_tags else _regrouped(points, options)
        if options.keeps_tags:
            runs = present(_regrouped_beside_keys(points, options), options)
            return _with_own_keys(reduced(runs, reducer(call), options))
        return reduced(present(_regrouped(points, options), options), reducer(call), options)

    def _input(self, call: Call, options: ReadOptions) -> Points:
        """Return the points for a call: those of a field, or the result of a nested call."""
        argument = call.args[0]
        if isinstance(argument, Call):
            points = self._call(argument, options)
            if not self._loses(argument, options):
                self._check_type(call, argument, options)
            return points
        self._check_type(call, argument, options)
        if isinstance(argument, Distinct):
            return ()
        assert isinstance(argument, VarRef)
        if self._loses(call, options):
            return ()
        if self._reads_end(call, options):
            by_source = replace(options, by_source=True)
            return self._reader.ends(argument, by_source, earliest=call.name == "first")
        return self._reader.points(argument, self._reading(call, options))

    def _runs(self, call: Call, options: ReadOptions) -> PointRuns:
        """Return the points for a call as runs; without those that have no value."""
        argument = call.args[0]
        if not isinstance(argument, VarRef) or self._reads_end(call, options):
            return present(self._input(call, options), options)
        self._check_type(call, argument, options)
        if self._loses(call, options):
            return ()
        return self._reader.runs(argument, self._reading(call, options))

    def _reading(self, call: Call, options: ReadOptions) -> ReadOptions:
        """The options with which the field of a call is read."""
        selects = call.name in _SELECT_ONE and bool(options.beside)
        by_source = call.name in _BY_SOURCE
        share = self._sharing(call, options)
        return replace(options, by_source=by_source, selects=selects, share=share)

    def _sharing(self, call: Call, options: ReadOptions) -> Sharing | None:
        if options.dialect.averages_as_floats:
            return None
        return sharing_of(call, self._types.of(call.args[0]))

    def _reads_end(self, call: Call, options: ReadOptions) -> bool:
        """Whether the server reads for a call only the first or the last points of a field."""
        reads_ends = options.dialect.reads_ends and not options.interval
        return reads_ends and call.name in {"first", "last"}

    def _loses(self, call: Call, options: ReadOptions) -> bool:
        """Whether the server loses all values of a call when it merges the sources.

        Merged values have the type of the first source; the others are lost.

        Raises:
            StatementError: a subquery fails.
        """
        argument = call.args[0]
        if call.name not in _KEEP_TYPES or not isinstance(argument, VarRef):
            return False
        if self._types.of(argument) == "float":
            return False
        if not self._reader.begins_with_floats(argument, options):
            return False
        self._reader.start(argument, options, by_source=False)
        return True

    def _check_type(
        self, call: Call, argument: Expr, options: ReadOptions, kind: str = "InterruptIterator"
    ) -> None:
        """Refuse a type that a function does not support, if the server reads its values."""
        type_ = self._types.of(argument)
        if type_ == "tag":
            type_ = "string"
        if not type_ or takes(call.name, type_):
            return
        fields = [node for node in walk(argument) if isinstance(node, VarRef)]
        if not all(self._reader.reads(field, options) for field in fields):
            return
        for field in fields:
            self._reader.start(field, options, by_source=call.name in _BY_SOURCE)
        label = _LABELS.get(call.name, call.name.replace("_", " "))
        raise StatementError(f"unsupported {label} iterator type: *query.{type_}{kind}")


def takes(name: str, type_: str) -> bool:
    """Whether a function supports values of a type."""
    types = FUNCTIONS[name].types
    if type_ == "unsigned" and name.startswith("holt_winters"):
        return False
    return not types or type_.replace("unsigned", "integer") in types


def _regrouped(points: Points, options: ReadOptions) -> Points:
    """Change the keys of points in finer groups to the groups of a query."""
    for (name, tags), time, value, beside in points:
        yield (name, tuple(tag for tag in tags if tag[0] in options.group_by)), time, value, beside


def _regrouped_beside_keys(points: Points, options: ReadOptions) -> Points:
    """Change the keys of points, and put the old key after the other selected values."""
    with_keys = ((key, time, value, (*beside, key)) for key, time, value, beside in points)
    return _regrouped(with_keys, options)


def _with_own_keys(points: Points) -> Points:
    """Undo `_regrouped_beside_keys`."""
    for _, time, value, (*beside, key) in points:
        yield key, time, value, tuple(beside)


def widened(call: Call, options: ReadOptions) -> ReadOptions:
    """Extend the time range by one bucket, because transformations need a previous value.

    Without a lower bound, the start overflows, as on the server, and nothing is read. A function
    over points, not over another function, reads no points outside the time range of an outer
    query.
    """
    if call.name not in TRANSFORMS or not options.interval or call.name == "cumulative_sum":
        return options
    span = options.interval.duration
    nested = isinstance(call.args[0], Call)
    if options.ascending:
        start = wrap(options.start - span)
        return replace(options, start=start if nested else max(start, options.around[0]))
    end = wrap(options.end + span)
    return replace(options, end=end if nested else min(end, options.around[1]))


def extra_buckets(plan: SelectPlan) -> int:
    """The number of buckets before the time range for which the functions of a plan need shards."""
    calls = [node for field in plan.fields for node in walk(field) if isinstance(node, Call)]
    return sum(map(_extra_buckets, calls))


def _extra_buckets(call: Call) -> int:
    if call.name not in TRANSFORMS or not isinstance(call.args[0], Call):
        return 0
    size = call.args[-1]
    return size.value if call.name == "moving_average" and isinstance(size, IntegerLiteral) else 1
