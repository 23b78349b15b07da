import sys

import pytest

from influx_testing._go.sums import added


@pytest.mark.parametrize("version", [(3, 11), (3, 12)])
def test_each_addition_is_rounded(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int]):
    assert added([1, 2]) == 3
    if sys.version_info < (3, 12):
        monkeypatch.setattr(sys, "version_info", version)
    assert added([0.1] * 10) == 0.9999999999999999
    assert added([]) == 0
