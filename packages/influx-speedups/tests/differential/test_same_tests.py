"""The tests that influx_core's line protocol has, made to call the compiled one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from influx_speedups_parity import borrowed, named_tests

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import CompiledLineProtocolSerializer, decode, encode, scan

pytestmark = pytest.mark.slow

COMPILED = {"encode": encode, "decode": decode, "scan": scan} | {
    "LineProtocolSerializer": CompiledLineProtocolSerializer
}


def marked_tests(name: str) -> dict[str, Any]:
    module = borrowed(name, **COMPILED)
    marks = getattr(module, "pytestmark", pytest.mark.filterwarnings("default"))
    return {f"{Path(name).name}_{key}": marks(item) for key, item in named_tests(module).items()}


for module in (
    "unit/lineprotocol/test_points_encoder",
    "unit/lineprotocol/test_decoder",
    "unit/lineprotocol/test_properties",
    "differential/test_lineprotocol_corpus",
):
    globals().update(marked_tests(module))
