"""Copies InfluxDB data whole, from any server or file to any other: exact, resumable, verified.

Names are imported on first use: the command line needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from influx_copy._copy.copy_all import copy, fill_plan
    from influx_copy._copy.copy_range import copy_range
    from influx_copy._copy.events import (
        CopyEvent,
        OnEvent,
        RangeAdvanced,
        RangeDone,
        RangeFailed,
        RangeHalved,
        RangeRetried,
        RangeStarted,
    )
    from influx_copy._copy.joined_schemas import RangesBeside, ranges_beside
    from influx_copy._copy.options import (
        CopyOptions,
        SharedNames,
        TypeTreatment,
        stored_options,
        target_of,
    )
    from influx_copy._copy.rate_budget import RateBudget
    from influx_copy._copy.run_settings import RunSettings
    from influx_copy._copy.runner import CopySummary, finish_plan, run_plan
    from influx_copy._copy.selected_names import require_selected
    from influx_copy._copy.settle_range import RangeOutcome, halved_or_failed, settle_range
    from influx_copy._copy.throttle import Throttle
    from influx_copy._plan.plan import Plan, PlannedRange, PlanProgress, RangeResult, RangeState
    from influx_copy._verify.fingerprint import FieldFingerprint
    from influx_copy._verify.verify import Difference, RangeVerified, VerifyReport, verify
    from influx_copy.errors import (
        CopyError,
        LossRefused,
        PlanInUse,
        PlanMismatch,
        PlanUnusable,
        RangeIncomplete,
        RangeTooLarge,
        SelectionNotFound,
        TypesDiffer,
    )
    from influx_copy.hookspecs import hookimpl
    from influx_copy.interfaces import (
        CheckedSource,
        ColumnarBatch,
        CopyRange,
        CopySink,
        CopySource,
        FieldType,
        ListingSource,
        PointFilter,
        PointSchema,
        RangeWriter,
        Selection,
        SourceObject,
        Target,
    )
    from influx_copy.limits import LOSSES, Loss, SinkLimits
    from influx_copy.registry import open_sink, open_source

__all__ = [
    "LOSSES",
    "CheckedSource",
    "ColumnarBatch",
    "CopyError",
    "CopyEvent",
    "CopyOptions",
    "CopyRange",
    "CopySink",
    "CopySource",
    "CopySummary",
    "Difference",
    "FieldFingerprint",
    "FieldType",
    "ListingSource",
    "Loss",
    "LossRefused",
    "OnEvent",
    "Plan",
    "PlanInUse",
    "PlanMismatch",
    "PlanProgress",
    "PlanUnusable",
    "PlannedRange",
    "PointFilter",
    "PointSchema",
    "RangeAdvanced",
    "RangeDone",
    "RangeFailed",
    "RangeHalved",
    "RangeIncomplete",
    "RangeOutcome",
    "RangeResult",
    "RangeRetried",
    "RangeStarted",
    "RangeState",
    "RangeTooLarge",
    "RangeVerified",
    "RangeWriter",
    "RangesBeside",
    "RateBudget",
    "RunSettings",
    "Selection",
    "SelectionNotFound",
    "SharedNames",
    "SinkLimits",
    "SourceObject",
    "Target",
    "Throttle",
    "TypeTreatment",
    "TypesDiffer",
    "VerifyReport",
    "copy",
    "copy_range",
    "fill_plan",
    "finish_plan",
    "halved_or_failed",
    "hookimpl",
    "open_sink",
    "open_source",
    "ranges_beside",
    "require_selected",
    "run_plan",
    "settle_range",
    "stored_options",
    "target_of",
    "verify",
]

_NAMES = {
    "influx_copy._copy.copy_all": ("copy", "fill_plan"),
    "influx_copy._copy.copy_range": ("copy_range",),
    "influx_copy._copy.events": (
        "CopyEvent",
        "OnEvent",
        "RangeAdvanced",
        "RangeDone",
        "RangeFailed",
        "RangeHalved",
        "RangeRetried",
        "RangeStarted",
    ),
    "influx_copy._copy.joined_schemas": ("RangesBeside", "ranges_beside"),
    "influx_copy._copy.options": (
        "CopyOptions",
        "SharedNames",
        "TypeTreatment",
        "stored_options",
        "target_of",
    ),
    "influx_copy._copy.rate_budget": ("RateBudget",),
    "influx_copy._copy.run_settings": ("RunSettings",),
    "influx_copy._copy.runner": ("CopySummary", "finish_plan", "run_plan"),
    "influx_copy._copy.selected_names": ("require_selected",),
    "influx_copy._copy.settle_range": ("RangeOutcome", "halved_or_failed", "settle_range"),
    "influx_copy._copy.throttle": ("Throttle",),
    "influx_copy._plan.plan": ("Plan", "PlannedRange", "PlanProgress", "RangeResult", "RangeState"),
    "influx_copy._verify.fingerprint": ("FieldFingerprint",),
    "influx_copy._verify.verify": ("Difference", "RangeVerified", "VerifyReport", "verify"),
    "influx_copy.errors": (
        "CopyError",
        "LossRefused",
        "PlanInUse",
        "PlanMismatch",
        "PlanUnusable",
        "RangeIncomplete",
        "RangeTooLarge",
        "SelectionNotFound",
        "TypesDiffer",
    ),
    "influx_copy.hookspecs": ("hookimpl",),
    "influx_copy.interfaces": (
        "CheckedSource",
        "ColumnarBatch",
        "CopyRange",
        "CopySink",
        "CopySource",
        "FieldType",
        "ListingSource",
        "PointFilter",
        "PointSchema",
        "RangeWriter",
        "Selection",
        "SourceObject",
        "Target",
    ),
    "influx_copy.limits": ("LOSSES", "Loss", "SinkLimits"),
    "influx_copy.registry": ("open_sink", "open_source"),
}
"""The public names of each module."""

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
