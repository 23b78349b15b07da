"""copy: fills a plan, or goes on with one, and runs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from os import PathLike
from typing import Any

from influx_copy._copy.batch_fitting import losses_of, unwritable_names
from influx_copy._copy.events import OnEvent
from influx_copy._copy.merged_measurements import merged_measurements
from influx_copy._copy.options import CopyOptions, target_of
from influx_copy._copy.run_settings import RunSettings
from influx_copy._copy.runner import CopySummary, release_claims, run_plan, targets_of
from influx_copy._copy.selected_names import require_selected
from influx_copy._opened_ends import opened_sink, opened_source
from influx_copy._plan.plan import Plan
from influx_copy.errors import LossRefused, RangeIncomplete, TypesDiffer
from influx_copy.interfaces import (
    ClaimedSink,
    CopyRange,
    CopySink,
    CopySource,
    FieldType,
    ListingSource,
    RangeKeeper,
    Selection,
    SourceObject,
    Target,
)
from influx_copy.limits import Loss, SinkLimits
from influx_core import ConfigError

__all__ = ["copy", "fill_plan"]


async def copy(
    source: str | CopySource,
    sink: str | CopySink,
    plan: str | PathLike[str] | Plan,
    *,
    selection: Selection | None = None,
    options: CopyOptions | None = None,
    settings: RunSettings | None = None,
    on_event: OnEvent | None = None,
) -> CopySummary:
    """Copy everything that is selected; called again, it goes on where it ended.

    Args:
        source: a URL, see `open_source`, or a source, which is not closed.
        sink: a URL, see `open_sink`, or a sink, which is not closed.
        plan: the file that stores what is done; a new file begins a new copy.
        selection: what is copied; everything by default.
        options: what is done with types, names and tags.
        settings: how many ranges at once, how fast, how often.
        on_event: called for each event.

    Returns:
        The ranges that are done and failed; read `complete`. Ranges that failed before are tried
        again.

    Raises:
        PlanInUse: another process has the plan open.
        PlanMismatch: the plan belongs to another copy.
        PlanUnusable: the plan cannot be read or written any more.
        SelectionNotFound: the source does not have something that is named.
        TypesDiffer: fields have several types, and `options.types` is `refuse`.
        LossRefused: not everything can be copied, and `options.accept` does not allow that.
        RangeIncomplete: a name cannot be written to the sink.
        ConfigError: the mapping has something that is not copied, or the file of a new copy exists.
    """
    selection = selection or Selection()
    options = replace(options or CopyOptions(), where=selection.points)
    async with AsyncExitStack() as stack:
        opened_plan = plan if isinstance(plan, Plan) else stack.enter_context(Plan(plan))
        reader, writer = opened_source(source, stack), opened_sink(sink, stack)
        await fill_plan(opened_plan, reader, writer, selection, options)
        opened_plan.retry_failed()
        return await run_plan(opened_plan, reader, writer, options, settings, on_event=on_event)


async def fill_plan(
    plan: Plan,
    source: CopySource,
    sink: CopySink,
    selection: Selection | None = None,
    options: CopyOptions | None = None,
) -> None:
    """List the ranges of a source into a new plan, and prepare the sink.

    A plan that is filled is compared with the arguments; ranges that the source has since then are
    added, and those that were growing are copied again.

    Raises:
        PlanMismatch: the plan belongs to another copy.
        SelectionNotFound: the source does not have something that is named.
        TypesDiffer: fields have several types, and `options.types` is `refuse`.
        LossRefused: not everything can be copied, and `options.accept` does not allow that.
        RangeIncomplete: a name cannot be written to the sink.
        ConfigError: the mapping has something that is not copied; the file of a new copy exists; or
            the one file is complete, and the source has more points since then.
    """
    selection = selection or Selection()
    options = replace(options or CopyOptions(), where=selection.points)
    settings = _settings(source, sink, selection, options)
    if plan.settings:
        plan.check(settings)
    else:
        await require_selected(source, selection)
    ranges = await source.ranges(selection)
    if options.types == "refuse":
        await _refuse_several_types(source, sink, ranges, options)
    await _refuse_losses(source, sink, ranges, selection, options)
    if plan.settings:
        planned = [planned.range for planned in plan.ranges()]
        await _claim(plan, sink, targets_of([*planned, *ranges], sink, options))
        plan.add(ranges)
        await _require_kept(plan, sink, options)
        return
    found = await source.objects(selection)
    _refuse_unknown_keys(options, ranges, found)
    targets = targets_of(ranges, sink, options)
    outcomes = await sink.prepare(targets, _with_targets(found, sink, options))
    await _claim(plan, sink, targets)
    try:
        await _refuse_stored(sink, ranges, options)
        plan.begin(settings, ranges, outcomes)
    except BaseException:
        await release_claims(plan, sink, targets)
        raise


async def _claim(plan: Plan, sink: CopySink, targets: Sequence[Target]) -> None:
    if isinstance(sink, ClaimedSink):
        await sink.claim(plan.id, plan.path, targets)


async def _refuse_stored(sink: CopySink, ranges: Sequence[CopyRange], options: CopyOptions) -> None:
    """Refuse to replace what another copy has stored under the names of these ranges."""
    if isinstance(sink, RangeKeeper):
        wanted = [(range_, target_of(range_, sink, options)) for range_ in ranges]
        lost = set(await sink.lost(wanted, more=True))
        for range_ in ranges:
            if range_ not in lost:
                raise ConfigError(
                    f"{sink.identity} has points of another copy for {range_}, which would be "
                    "replaced: go on with the plan of that copy, or name another directory"
                )


async def _require_kept(plan: Plan, sink: CopySink, options: CopyOptions) -> None:
    """Copy ranges again of which the sink does not have the points any more."""
    if isinstance(sink, RangeKeeper):
        done = [(range_, target_of(range_, sink, options)) for range_ in plan.with_points()]
        plan.copy_again(await sink.lost(done, more=not plan.progress().complete))


def _settings(
    source: CopySource, sink: CopySink, selection: Selection, options: CopyOptions
) -> dict[str, Any]:
    return {
        "source": source.identity,
        "sink": sink.identity,
        "selection": asdict(selection),
        "options": asdict(options),
    }


def _refuse_unknown_keys(
    options: CopyOptions, ranges: Sequence[CopyRange], objects: Sequence[SourceObject]
) -> None:
    """Refuse a mapping of what is not copied: its points would go where nobody wants them."""
    policies = [(each.database, each.policy) for each in ranges]
    policies += [(each.database, each.name) for each in objects if each.kind == "retention policy"]
    known = {database for database, _ in policies}
    known |= {f"{database}/{policy}" for database, policy in policies}
    for key in options.mapping:
        if key not in known:
            there = ", ".join(map(repr, sorted(known))) or "nothing"
            raise ConfigError(f"the mapping has {key!r}, which is not copied; there are {there}")


async def _refuse_several_types(
    source: CopySource, sink: CopySink, ranges: Sequence[CopyRange], options: CopyOptions
) -> None:
    """Refuse fields that would have several types in one place."""
    types: dict[tuple[Target, str, str], dict[FieldType, None]] = {}
    for range_ in _one_of_each(ranges):
        if range_.measurement:
            target = target_of(range_, sink, options)
            for field, found in (await source.schema(range_)).fields.items():
                known = types.setdefault((target, range_.measurement, field), {})
                known.update(dict.fromkeys(found))
    several = {(*key[1:], tuple(found)): None for key, found in types.items() if len(found) > 1}
    if several:
        raise TypesDiffer(several)


def _one_of_each(ranges: Iterable[CopyRange]) -> Iterable[CopyRange]:
    """One range of each measurement in each policy, which have one schema."""
    return {(each.database, each.policy, each.measurement): each for each in ranges}.values()


async def _refuse_losses(
    source: CopySource,
    sink: CopySink,
    ranges: Sequence[CopyRange],
    selection: Selection,
    options: CopyOptions,
) -> None:
    """Refuse what cannot be read or kept, as far as the measurements tell."""
    limits = await sink.limits()
    lost: dict[Loss, dict[str, None]] = {}
    if "unreadable" not in options.accept and isinstance(source, ListingSource):
        hidden = await source.unreadable(selection)
        if hidden:
            lost["unreadable"] = dict.fromkeys(range_.measurement for range_ in hidden)
    if limits != SinkLimits():
        for range_ in _one_of_each(ranges):
            schema = await source.schema(range_)
            for why in unwritable_names(range_.measurement, schema.tags, schema.fields, limits):
                raise RangeIncomplete(f"{why}, which the sink cannot store: nothing was copied")
            for loss in losses_of(schema, limits):
                if loss not in options.accept:
                    lost.setdefault(loss, {})[range_.measurement] = None
    if limits.replaces and "merged" not in options.accept:
        merged = await merged_measurements(source, sink, ranges, options)
        if merged:
            lost["merged"] = dict.fromkeys(merged)
    if lost:
        raise LossRefused(lost)


def _with_targets(
    objects: Sequence[SourceObject], sink: CopySink, options: CopyOptions
) -> list[tuple[Target, SourceObject]]:
    return [(_target(found, sink, options), found) for found in objects]


def _target(found: SourceObject, sink: CopySink, options: CopyOptions) -> Target:
    if not found.database:
        return Target("")
    policy = found.name if found.kind == "retention policy" else ""
    return target_of(CopyRange(found.database, policy, ""), sink, options)
