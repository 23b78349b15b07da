"""The contracts of the parts of a client as tests: a class for each contract, to inherit from.

A plugin author implements `make`, and runs pytest::

    from influx_testing.conformance import AuthSuite

    class TestVaultToken(AuthSuite):
        secret = "s3cret"

        def make(self):
            return VaultToken("s3cret")
"""

from influx_testing.conformance.auth import AuthSuite
from influx_testing.conformance.column_serializer import ColumnSerializerSuite
from influx_testing.conformance.deserializer import DeserializerSuite
from influx_testing.conformance.intake_serializer import IntakeSerializerSuite
from influx_testing.conformance.line_summarizer import LineSummarizerSuite
from influx_testing.conformance.reading_serializer import ReadingSerializerSuite
from influx_testing.conformance.retry import RetryPolicySuite
from influx_testing.conformance.serializer import SerializerSuite
from influx_testing.conformance.spool import SpoolSuite
from influx_testing.conformance.transport import TransportSuite

__all__ = [
    "AuthSuite",
    "ColumnSerializerSuite",
    "DeserializerSuite",
    "IntakeSerializerSuite",
    "LineSummarizerSuite",
    "ReadingSerializerSuite",
    "RetryPolicySuite",
    "SerializerSuite",
    "SpoolSuite",
    "TransportSuite",
]
