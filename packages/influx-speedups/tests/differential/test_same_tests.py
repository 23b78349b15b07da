"""The tests that influx_core's line protocol has, made to call the compiled one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import CompiledLineProtocolSerializer, decode, encode, scan

pytestmark = pytest.mark.slow

CORE = Path(__file__).parents[3] / "influx-core" / "tests"
COMPILED = {"encode": encode, "decode": decode, "scan": scan} | {
    "LineProtocolSerializer": CompiledLineProtocolSerializer
}


def borrowed(name: str) -> dict[str, Any]:
    path = CORE / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"compiled_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module).update({key: item for key, item in COMPILED.items() if hasattr(module, key)})
    marks = getattr(module, "pytestmark", pytest.mark.filterwarnings("default"))
    tests = {key: item for key, item in vars(module).items() if key.startswith("test_")}
    return {f"{Path(name).name}_{key}": marks(item) for key, item in tests.items()}


for module in (
    "unit/lineprotocol/test_points_encoder",
    "unit/lineprotocol/test_decoder",
    "unit/lineprotocol/test_properties",
    "differential/test_lineprotocol_corpus",
):
    globals().update(borrowed(module))
