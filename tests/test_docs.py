"""Every Python example of the documentation runs as it stands, against the fake server.

A page that runs Flux is executed against a server that answers with annotated CSV.
"""

from __future__ import annotations

import re
import runpy
import sys
import types
from contextlib import nullcontext
from pathlib import Path

import pytest
from flux_stub import flux_server
from victoria_metrics import victoria_metrics

from influx_testing import FakeInfluxDB, serve

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(page for page in ROOT.glob("docs/**/*.md") if "api" not in page.parts),
        *ROOT.glob("packages/*/README.md"),
        *ROOT.glob("examples/**/*.md"),
    ]
)
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAVY = re.compile(
    r"^(?:from|import) (dask|distributed|influx_dask|matplotlib|pandas|polars|pyarrow)\b",
    re.MULTILINE,
)
PRINTED = re.compile(r"^print\(.*\)  # (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

TASKS = frozenset(
    {
        "Build",
        "Check",
        "Choose",
        "Connect",
        "Copy",
        "Explore",
        "Generate",
        "Leave",
        "Make",
        "Manage",
    }
    | {"Migrate", "Move", "Query", "Read", "Record", "Run", "Scale", "Use", "Write"}
)
"""The verbs that the title of a guide may begin with."""


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


# A tutorial is done step by step, as its reader does, by a test of its own.
EXECUTED = [
    page for page in PAGES if BLOCK.search(page.read_text()) and "tutorial" not in page.parts
]


@pytest.fixture
def fake_v3_url():
    """The URL of a fake InfluxDB 3 with the token of the pages."""
    with serve(fake=FakeInfluxDB("3.x", token="t0k3n")) as server:
        yield server.url


@pytest.fixture
def fake_v2_url():
    """The URL of a fake InfluxDB 2."""
    with serve(fake=FakeInfluxDB("2.x")) as server:
        yield server.url


@pytest.fixture
def victoria_url(tmp_path):
    """The URL of a real VictoriaMetrics, where it is installed."""
    flags = ("-retentionPeriod=100y", "-dedup.minScrapeInterval=1ms")
    with victoria_metrics(tmp_path / "victoria", *flags) as url:
        yield url


@pytest.mark.parametrize("page", EXECUTED, ids=name)
def test_the_examples_of_a_page_run_and_print_what_it_says(
    page, fake_url, fake_v2_url, fake_v3_url, capsys, monkeypatch, tmp_path, request
):
    text = "\n".join(BLOCK.findall(page.read_text()))
    for library in HEAVY.findall(text):
        pytest.importorskip(library)
    if '"flight"' in text:
        pytest.importorskip("influx_flight")
        pytest.importorskip("h2", reason="the fake serves Flight with h2")
    if '"parquet:' in text:
        pytest.importorskip("pyarrow")
    if "query_sql(" in text:
        pytest.importorskip("datafusion", reason="the fake runs SQL with DataFusion")
    monkeypatch.setenv("INFLUX_URL", fake_url)
    monkeypatch.chdir(tmp_path)  # some examples write files
    module = types.ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    fake_url = fake_v2_url if "client.buckets." in text else fake_url
    with flux_server() if "query_flux(" in text else nullcontext(fake_url) as url:
        program = text.replace("http://localhost:8086", url)
        program = program.replace("http://localhost:8181", fake_v3_url)
        program = program.replace("http://new-server:8086", fake_v2_url)
        if "http://localhost:8428" in program:
            metrics_url = request.getfixturevalue("victoria_url")
            program = program.replace("http://localhost:8428", metrics_url)
        exec(compile(program, name(page), "exec", dont_inherit=True), module.__dict__)
    printed = capsys.readouterr().out
    for line in PRINTED.findall(text):
        assert line in printed


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/tutorial/*.md")), ids=name)
def test_every_tutorial_has_a_test_of_its_own(page):
    tests = [path.read_text() for path in ROOT.glob("**/tests/**/test_*.py")]
    assert any(name(page) in text for text in tests)


def test_the_site_finds_the_sources_of_every_distribution():
    found = re.findall(r"^ +- (packages/\S+)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert found == [f"packages/{path.name}/src" for path in sorted((ROOT / "packages").iterdir())]


def test_every_page_is_in_the_navigation_of_the_site():
    listed = re.findall(
        r"^ +- (?:[^:]+: )?(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE
    )
    pages = {
        str(page.relative_to(ROOT / "docs")) for page in PAGES if page.is_relative_to(ROOT / "docs")
    }
    assert sorted(listed) == sorted(pages)


def test_every_guide_is_named_after_a_task():
    for page in ROOT.glob("docs/how-to/**/*.md"):
        title = page.read_text().partition("\n")[0]
        verb = title.removeprefix("# ").split()[0]
        assert verb in TASKS, f"{name(page)}: {title}"


def test_every_picture_has_its_script_and_is_shown():
    pictures = ROOT / "docs/pictures"
    drawn = [path for path in pictures.iterdir() if path.suffix in {".png", ".svg"}]
    assert len(drawn) >= 5
    text = "".join(page.read_text() for page in PAGES)
    for path in drawn:
        script = pictures / f"draw_{path.stem.partition('-')[0]}.py"
        assert script.is_file(), f"no {script.name} draws {path.name}"
        assert f"pictures/{path.name})" in text, f"no page shows {path.name}"


def test_the_ratios_of_the_comparison_are_those_of_the_benchmarks():
    measured = (ROOT / "docs/explanation/performance.md").read_text()
    drawing = runpy.run_path(str(ROOT / "docs/pictures/draw_comparison.py"))
    page = (ROOT / "docs/explanation/comparison.md").read_text()
    ratios = list(drawing["ratios"](page))
    assert len(ratios) == 5
    for task, speeds in ratios:
        for speed in speeds.values():
            assert f"{speed:.2f}x |" in measured, task
    for command in re.findall(r"`(python benchmarks/[^`]+)`", page):
        assert command in measured
    assert drawing["draw"](page) == (ROOT / "docs/pictures/comparison.svg").read_text()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_links_of_a_page_lead_somewhere(page):
    for target in LINK.findall(page.read_text()):
        if target.startswith("../api/"):
            continue  # made with the site, whose build checks its links
        assert (page.parent / target).exists(), f"{target} of {name(page)}"


def test_no_page_names_a_module_that_does_not_exist():
    import_line = re.compile(r"^(?:from|import) (influx_\w+|asphalt\.influxdb)", re.MULTILINE)
    named = {found for page in PAGES for found in import_line.findall(page.read_text())}
    sources = {
        ".".join(path.parent.relative_to(ROOT / "packages").parts[2:])
        for path in ROOT.glob("packages/*/src/**/__init__.py")
    }
    assert named <= sources
