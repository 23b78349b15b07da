"""Draws the pictures of the page in its guide: opens it in Chromium, on a fake server with points.

python docs/pictures/draw_explorer.py
"""

from __future__ import annotations

import math
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from influx_testing import FakeInfluxDB, serve

HERE = Path(__file__).parent
BEGIN = 1_700_000_000_000_000_000
STEP = 5_000_000_000
SIZE = {"width": 1_100, "height": 720}


def filled() -> FakeInfluxDB:
    """A fake server with the load of three hosts for an hour."""
    fake = FakeInfluxDB()
    lines = [
        f"cpu,host={host} load={50 + 20 * math.sin(n / 40 + 2 * place)} {BEGIN + n * STEP}"
        for n in range(720)
        for place, host in enumerate(("alpha", "beta", "gamma"))
    ]
    lines += [f"climate,room=attic celsius={20 + n % 5} {BEGIN + n * STEP}" for n in range(720)]
    fake.load("\n".join(lines).encode(), "plant")
    return fake


def draw(browser: Browser, url: str, scheme: str, folder: Path = HERE) -> Path:
    """Draw the page as it shows a measurement, light or dark; the path of the picture."""
    page = browser.new_page(viewport=SIZE, color_scheme=scheme)
    page.goto(url)
    page.get_by_text("cpu", exact=True).first.click()
    page.get_by_role("button", name="Run").click()
    page.get_by_text("2,160 rows").wait_for()
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(500)  # until the chart stands
    picture = folder / f"explorer-{scheme}.png"
    page.screenshot(path=picture)
    page.close()
    return picture


if __name__ == "__main__":
    with serve(fake=filled()) as server, sync_playwright() as playwright:
        program = shutil.which("chromium")
        with playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]) as browser:
            for scheme in ("light", "dark"):
                print(draw(browser, f"{server.url}/explorer", scheme))  # noqa: T201
