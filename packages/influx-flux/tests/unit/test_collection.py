"""The garbage collector is left as it was found."""

from __future__ import annotations

import gc

import pytest

from influx_flux import FluxSyntaxError, parse


@pytest.mark.slow
@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_goes_on_as_it_did_before(enabled: bool):
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        parse("x = 1\n" * 10_000, strict=False)
        with pytest.raises(FluxSyntaxError):
            parse("x = (\n" * 10_000)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()
