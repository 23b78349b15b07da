"""The plugins of docs/how-to/write-a-plugin.md pass the suites that the page gives them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[1] / "docs/how-to/write-a-plugin.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_every_plugin_of_the_page_keeps_its_contract(pytester):
    blocks = [block for block in BLOCK.findall(PAGE.read_text()) if "asyncio.run" not in block]
    pytester.makepyfile(test_page="\n".join(blocks))
    pytester.makeini("[pytest]\nasyncio_mode = auto")
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    outcomes = result.parseoutcomes()
    assert outcomes.pop("skipped", 0) <= 1  # its serializer has no dump_point, which is optional
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] > 30
