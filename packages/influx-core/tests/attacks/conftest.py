"""How long the attacks go on."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def attack_seconds() -> float:
    """Seconds that an attack without an end of its own takes; INFLUX_ATTACK_SECONDS sets them."""
    return float(os.environ.get("INFLUX_ATTACK_SECONDS", "1"))
