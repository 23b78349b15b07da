"""Registers the compiled codec with influx_core, if the extension was built."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from influx_core import hookimpl
from influx_core.interfaces import Deserializer, Serializer
from influx_speedups._codec.extension import available

__all__ = ["influx_deserializers", "influx_serializers"]


@hookimpl
def influx_serializers() -> Mapping[str, Callable[..., Serializer]]:
    """Return the compiled line protocol serializer, which `auto` prefers; empty if not built."""
    if not available():
        return {}
    from influx_speedups._codec.serializer import CompiledLineProtocolSerializer

    return {"compiled-line-protocol": CompiledLineProtocolSerializer}


@hookimpl
def influx_deserializers() -> Mapping[str, Callable[..., Deserializer]]:
    """Return the compiled deserializers, which clients prefer; empty if not built."""
    if not available():
        return {}
    from influx_speedups._codec.flux_results import CompiledAnnotatedCSVDeserializer
    from influx_speedups._codec.json_results import CompiledJSONDeserializer

    return {
        "compiled-json": CompiledJSONDeserializer,
        "compiled-annotated-csv": CompiledAnnotatedCSVDeserializer,
    }
