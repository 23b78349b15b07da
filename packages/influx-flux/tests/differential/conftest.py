"""libflux for the tests that compare with it."""

from __future__ import annotations

from collections.abc import Iterator

import libflux as installed
import pytest


@pytest.fixture(scope="session")
def libflux() -> Iterator[installed.Libflux]:
    """libflux, one a worker; the test is skipped where it is missing."""
    reason = installed.missing()
    if reason:
        pytest.skip(reason)
    process = installed.start()
    yield process
    process.close()
