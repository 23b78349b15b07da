"""How long the page takes to draw 300,000 points after they came, and to scroll a million cells.

Chromium opens the page of a server whose result is long. The time of a drawing is that from the
last byte of the response to the first frame with the chart, as the page itself measures it; the
time of a scroll is that from the new position to the frame with its rows.

    pip install playwright packages/influx-explorer
    python benchmarks/page.py
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Browser, async_playwright

from influx_core import InfluxDBClient, Series
from influx_explorer import ServerSource, listening

LIMIT_MILLISECONDS = 300
SCROLL = """async (grid) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (let step = 1; step <= 40; step++) {
    const began = performance.now();
    grid.scrollTo(0, (grid.scrollHeight * step) / 40);
    await frame();
    times.push(performance.now() - began);
  }
  return times;
}"""


class LongClient(InfluxDBClient):
    """A client whose results are long, without a server."""

    def __init__(self, series: Series) -> None:
        super().__init__("http://127.0.0.1:1", api="v1")
        self._series = series

    async def ping(self) -> str:
        """The version of no server."""
        return "none"

    async def stream(self, *query: Any, **options: Any) -> AsyncGenerator[Series, None]:  # type: ignore[override]
        """Yield the series."""
        yield self._series


def series_of(rows: int, columns: int) -> Series:
    """A series with a point each second."""
    begin = 1_700_000_000_000_000_000
    names = ["time", *(f"n{index}" for index in range(columns))]
    values = [
        [begin + row * 1_000_000_000, *((row * (index + 7)) % 977 / 7 for index in range(columns))]
        for row in range(rows)
    ]
    return Series(name="load", columns=names, values=values, tags={})


async def milliseconds_to_draw(browser: Browser, url: str, runs: int) -> list[float]:
    """The times of several drawings, each in a new page."""
    found = []
    for _ in range(runs):
        page = await browser.new_page()
        await page.goto(f"{url}#{urlencode({'q': 'SELECT n0 FROM load', 'run': '1'})}")
        chart = page.locator(".chart[data-milliseconds]")
        await chart.wait_for()
        found.append(float(await chart.get_attribute("data-milliseconds") or "nan"))
        await page.close()
    return found


async def milliseconds_to_scroll(browser: Browser, url: str) -> list[float]:
    """The times of the steps through a long table."""
    page = await browser.new_page()
    state = {"q": "SELECT * FROM load", "run": "1", "view": "table"}
    await page.goto(f"{url}#{urlencode(state)}")
    grid = page.locator(".grid")
    await grid.wait_for()
    times: list[float] = await grid.evaluate(SCROLL)
    await page.close()
    return times


async def main(runs: int) -> None:
    """Measure, and print the table."""
    program = shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        async with LongClient(series_of(300_000, 1)) as client:
            source = ServerSource(client, "no server")
            async with listening(source, "127.0.0.1", 0, "s", write=False) as url:
                drawn = await milliseconds_to_draw(browser, url, runs)
        async with LongClient(series_of(334_000, 3)) as client:
            source = ServerSource(client, "no server")
            async with listening(source, "127.0.0.1", 0, "s", write=False) as url:
                scrolled = await milliseconds_to_scroll(browser, url)
        await browser.close()
    worst = max(scrolled)
    print(f"300,000 points drawn: median {statistics.median(drawn):.0f} ms of {runs} runs", end="")
    print(f" (limit {LIMIT_MILLISECONDS} ms)")
    print(
        f"1,336,000 cells, a step of the scroll: median {statistics.median(scrolled):.0f} ms",
        end="",
    )
    print(f", worst {worst:.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    asyncio.run(main(parser.parse_args().runs))
