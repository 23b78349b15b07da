"""The compiled parsers refuse hostile bodies as those of influx_core do."""

from __future__ import annotations

import pytest
from influx_speedups_parity import borrowed, named_tests

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import (
    CompiledAnnotatedCSVDeserializer,
    CompiledCSVDeserializer,
    CompiledCSVTableDeserializer,
    CompiledJSONDeserializer,
    CompiledMessagePackDeserializer,
)

BODIES = borrowed(
    "unit/parsers/test_hostile_bodies",
    CSVDeserializer=CompiledCSVDeserializer,
    CSVTableDeserializer=CompiledCSVTableDeserializer,
    JSONDeserializer=CompiledJSONDeserializer,
    MessagePackDeserializer=CompiledMessagePackDeserializer,
    AnnotatedCSVDeserializer=CompiledAnnotatedCSVDeserializer,
)
BODIES.DESERIALIZERS.update(
    {
        "csv": CompiledCSVDeserializer,
        "csv-table": CompiledCSVTableDeserializer,
        "json": CompiledJSONDeserializer,
        "msgpack": CompiledMessagePackDeserializer,
        "annotated-csv": CompiledAnnotatedCSVDeserializer,
    }
)
globals().update(named_tests(BODIES))
