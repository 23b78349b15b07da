"""The contracts between the parts of a client: Request, Response and the protocols of parts.

Plugins implement these protocols; `influx_testing.conformance` has a test suite for each. Each kind
of part has a module of its own, which is imported on first use.
"""

from typing import TYPE_CHECKING

from influx_core._runtime.lazy_names import lazy_names

if TYPE_CHECKING:
    from influx_core.interfaces.auths import Auth
    from influx_core.interfaces.deserializers import (
        BatchParser,
        ColumnDeserializer,
        Deserializer,
        ResponseParser,
    )
    from influx_core.interfaces.line_summarizers import LineSummarizer, LineSummary, PointKeys
    from influx_core.interfaces.notice_arguments import BatchSummary, ClientInfo
    from influx_core.interfaces.record_batches import BatchResponse, ReceivedBatch, RecordBatch
    from influx_core.interfaces.requests import LocalResponse, Operation, Request, Response
    from influx_core.interfaces.retry_policies import RetryPolicy
    from influx_core.interfaces.serializers import (
        ColumnSerializer,
        IntakeSerializer,
        OnInvalid,
        PointIntake,
        PointSerializer,
        ReadingSerializer,
        Serializer,
    )
    from influx_core.interfaces.spools import Spool, SpooledBatch
    from influx_core.interfaces.targets import Target
    from influx_core.interfaces.transports import FormatTransport, Transport

__all__ = [
    "Auth",
    "BatchParser",
    "BatchResponse",
    "BatchSummary",
    "ClientInfo",
    "ColumnDeserializer",
    "ColumnSerializer",
    "Deserializer",
    "FormatTransport",
    "IntakeSerializer",
    "LineSummarizer",
    "LineSummary",
    "LocalResponse",
    "OnInvalid",
    "Operation",
    "PointIntake",
    "PointKeys",
    "PointSerializer",
    "ReadingSerializer",
    "ReceivedBatch",
    "RecordBatch",
    "Request",
    "Response",
    "ResponseParser",
    "RetryPolicy",
    "Serializer",
    "Spool",
    "SpooledBatch",
    "Target",
    "Transport",
]

_NAMES = {
    "influx_core.interfaces.auths": ("Auth",),
    "influx_core.interfaces.deserializers": (
        "BatchParser",
        "ColumnDeserializer",
        "Deserializer",
        "ResponseParser",
    ),
    "influx_core.interfaces.line_summarizers": ("LineSummarizer", "LineSummary", "PointKeys"),
    "influx_core.interfaces.notice_arguments": ("BatchSummary", "ClientInfo"),
    "influx_core.interfaces.record_batches": ("BatchResponse", "ReceivedBatch", "RecordBatch"),
    "influx_core.interfaces.requests": ("LocalResponse", "Operation", "Request", "Response"),
    "influx_core.interfaces.retry_policies": ("RetryPolicy",),
    "influx_core.interfaces.serializers": (
        "ColumnSerializer",
        "IntakeSerializer",
        "OnInvalid",
        "PointIntake",
        "PointSerializer",
        "ReadingSerializer",
        "Serializer",
    ),
    "influx_core.interfaces.spools": ("Spool", "SpooledBatch"),
    "influx_core.interfaces.targets": ("Target",),
    "influx_core.interfaces.transports": ("FormatTransport", "Transport"),
}
"""The public names of each module."""

__getattr__, __dir__ = lazy_names(globals(), _NAMES)
