"""Odd programs out of a grammar: trees and canonical text are those of libflux."""

from __future__ import annotations

import os

import pytest
from flux_programs import programs
from hypothesis import HealthCheck, Phase, assume, given, settings
from libflux import Libflux, LibfluxError

import influx_flux

EXAMPLES = int(os.environ.get("INFLUX_FLUX_PROGRAMS", "150"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a grammar is large
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a text that libflux needs long for is no reason to shrink it
)
@given(text=programs())
def test_odd_programs_are_read_and_written_as_libflux_does(libflux: Libflux, text: str):
    assume(len(text) < 1500)
    try:
        tree, canonical = libflux.parse(text), libflux.format(text)
    except LibfluxError:  # it has bad nodes, or its layouts are too many for libflux
        influx_flux.parse(text, strict=False)
        return
    assert influx_flux.to_json(influx_flux.parse(text, strict=False)) == tree
    if libflux.accepts(text):
        assert influx_flux.format(text) == canonical
