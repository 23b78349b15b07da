"""The pages about testing, whose tests are run.

The tutorials are done step by step: docs/tutorial/test-your-service.md,
docs/tutorial/test-a-service-that-uses-influxdb-client.md, and
docs/tutorial/test-a-service-that-uses-influxdb3-python.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

# What only the runs of pytester import is forgotten after each, and that is too early.
import influx_testing._fixtures.server_pool
import influx_testing.strategies  # noqa: F401
from influx_testing import serve

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[4] / "docs"
PAGES = [
    path for path in sorted(DOCS.glob("how-to/testing/*.md")) if "def test" in path.read_text()
]


def blocks(page: Path, language: str = "python") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    others = ("-p", "no:xdist", "-p", "no:anyio", "-W", "ignore")
    return pytester.runpytest_inprocess(*others, *options)


def test_the_tutorial_is_done_as_its_reader_does_it(pytester: pytest.Pytester) -> None:
    page = DOCS / "tutorial/test-your-service.md"
    service, first, second = blocks(page)
    (configuration,) = blocks(page, "ini")
    pytester.makeini(configuration)
    pytester.makepyfile(
        thermostat=service,
        test_thermostat=f"{first}\n\n{second}",
        test_failing=first.replace("celsius=21.5", "celsius=21"),
    )
    result = run(pytester)
    result.assert_outcomes(passed=2, failed=1)
    shown = [f"*{line}" for line in blocks(page, "text")[1].splitlines()]
    result.stdout.fnmatch_lines([*shown, "*field celsius=21.5, not 21.0*"])


@pytest.mark.slow
def test_the_tutorial_with_the_official_client_of_3_is_done(pytester: pytest.Pytester) -> None:
    pytest.importorskip("influxdb_client_3", reason="influxdb3-python is not installed")
    pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[flight])")
    pytest.importorskip("h2", reason="h2 is not installed (influx-testing[flight])")
    page = DOCS / "tutorial/test-a-service-that-uses-influxdb3-python.md"
    service, first, *others = blocks(page)
    (configuration,) = blocks(page, "ini")
    pytester.makeini(configuration)
    pytester.makepyfile(meter=service, test_meter=first)
    run(pytester).assert_outcomes(passed=2)
    pytester.makepyfile(test_meter="\n\n".join([first, *others]))
    run(pytester).assert_outcomes(passed=9)
    assert [text.strip() for text in blocks(page, "text")] == ["2 passed", "9 passed"]


@pytest.mark.slow
def test_the_tutorial_with_the_official_client_of_2_is_done(pytester: pytest.Pytester) -> None:
    pytest.importorskip("influxdb_client", reason="influxdb-client is not installed")
    page = DOCS / "tutorial/test-a-service-that-uses-influxdb-client.md"
    service, mocked, first, *others = blocks(page)
    (configuration,) = blocks(page, "ini")
    pytester.makeini(configuration)
    pytester.makepyfile(greenhouse=service, test_greenhouse=mocked)
    run(pytester).assert_outcomes(passed=1)
    pytester.makepyfile(test_greenhouse=first)
    run(pytester).assert_outcomes(passed=2)
    pytester.makepyfile(test_greenhouse="\n\n".join([first, *others]))
    run(pytester).assert_outcomes(passed=10)
    assert [text.strip() for text in blocks(page, "text")] == ["1 passed", "2 passed", "10 passed"]


@pytest.mark.slow
def test_the_tests_of_the_how_to_pages_pass(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_mode = auto")
    texts = {page.stem.replace("-", "_"): "\n\n".join(blocks(page)) for page in PAGES}
    pytester.makepyfile(**{f"test_{name}": text for name, text in texts.items()})
    count = sum(text.count("def test_") for text in texts.values())
    with serve() as real:
        recorded = run(pytester, "--influx-url", real.url, "-k", "history")
    recorded.assert_outcomes(passed=1, deselected=count - 1)
    run(pytester).assert_outcomes(passed=count)
