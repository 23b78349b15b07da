"""Builds the documentation site into build/site: one folder for each version.

Zensical builds the pages, strictly: a link that leads nowhere fails. Then the links of the finished
HTML are checked, which include those that mkdocstrings makes, and the list of versions is written.

Run: hatch run docs
"""

from __future__ import annotations

import html
import json
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urlsplit

import api_pages

__all__ = ["broken_links", "build", "version"]

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
CURRENT = SITE / "current"  # as in mkdocs.yml
REMOTE_WORKER = "https://unpkg.com/iframe-worker/shim"

TARGET = re.compile(r'<(?:a|img|link|script)\b[^>]*?\b(?:href|src)="?([^"\s>]+)')
ANCHOR = re.compile(r'\b(?:id|name)="?([^"\s>]+)')

INVISIBLE_WORD = "\u2060\ufeff"  # the second character separates words, as a space does
PLACES_LOST = {
    "reference": (0, 4),
    "explanation": (4, 6),
    "decisions": (8, 8),
    "project": (8, 8),
    "api": (12, 12),
}
"""By folder: how many places the titles of pages and of sections lose in the search."""

INDEX = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>influx toolkit: versions</title>
<style>body {{ font-family: sans-serif; margin: 3rem auto; max-width: 40rem }}</style>
<h1>influx toolkit</h1>
<p>Documentation by version, the newest first:</p>
<ul>
{items}
</ul>
</html>
"""


def build() -> Path:
    """Build this version's folder, then the list of all; return the folder."""
    api_pages.write()
    shutil.rmtree(CURRENT, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=ROOT, check=True)
    _serve_worker_locally(CURRENT)
    _put_guides_first(CURRENT)
    made = SITE / version()
    shutil.rmtree(made, ignore_errors=True)
    CURRENT.rename(made)
    _write_versions()
    broken = sorted(broken_links(made))
    if broken:
        raise SystemExit("Links that lead nowhere:\n" + "\n".join(broken))
    return made


def version() -> str:
    """The version of the distributions."""
    found: str = runpy.run_path(str(ROOT / "VERSION.py"))["__version__"]
    return found


def broken_links(folder: Path) -> Iterator[str]:
    """Each link of a page to a file or an anchor that does not exist, as `page: target`."""
    files = frozenset(path.as_posix() for path in folder.rglob("*") if path.is_file())
    for page in sorted(folder.rglob("*.html")):
        if page.name != "404.html":
            for target in sorted(set(TARGET.findall(page.read_text()))):
                if not _leads_somewhere(page, target, files):
                    yield f"{page.relative_to(folder)}: {html.unescape(target)}"


def _leads_somewhere(page: Path, target: str, files: frozenset[str]) -> bool:
    elsewhere, path, fragment = _parts(target)
    if elsewhere:
        return True
    file = normpath(f"{page.parent.as_posix()}/{path}") if path else page.as_posix()
    if file not in files:
        return f"{file}/index.html" in files
    return not fragment or not file.endswith(".html") or fragment in _anchors(Path(file))


@cache
def _parts(target: str) -> tuple[bool, str, str]:
    """Whether a link leads to another site; its path and its anchor."""
    parts = urlsplit(html.unescape(target))
    return bool(parts.scheme or parts.netloc), unquote(parts.path), unquote(parts.fragment)


@cache
def _anchors(page: Path) -> frozenset[str]:
    return frozenset(html.unescape(found) for found in ANCHOR.findall(page.read_text()))


def _serve_worker_locally(folder: Path) -> None:
    """Take the script that the search needs on file:// from the site instead of a public server."""
    for page in folder.rglob("*.html"):
        base = "../" * (len(page.relative_to(folder).parts) - 1)
        text = page.read_text()
        page.write_text(text.replace(REMOTE_WORKER, f"{base}assets/file-worker.js"))


def _put_guides_first(folder: Path) -> None:
    """Let the search show guides before what explains or lists the same thing.

    The search ranks titles first: those with more of the words, then those where the words stand
    earlier. So the titles of all but the guides begin with invisible words, which cost them places.

    The headings of the API are signatures, whose types count as words of a title, and do not say
    which class they are of: their titles are the names instead, such as `InfluxDBClient.buckets`.
    """
    path = folder / "search.json"
    index = json.loads(path.read_text())
    for entry in index["items"]:
        page, _, anchor = entry["location"].partition("#")
        module = page.removeprefix("api/").removesuffix(".html")
        if page.startswith("api/") and anchor.startswith(f"{module}."):
            entry["title"] = anchor.removeprefix(f"{module}.")
        of_page, of_section = PLACES_LOST.get(page.partition("/")[0], (0, 0))
        entry["title"] = INVISIBLE_WORD * (of_section if anchor else of_page) + entry["title"]
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text)
    path.with_suffix(".js").write_text(f"var __index = {text};")


def _write_versions() -> None:
    """Write the list of versions, and copy the newest to the folder `latest`."""
    latest = SITE / "latest"
    shutil.rmtree(latest, ignore_errors=True)
    found = sorted(
        (path.name for path in SITE.iterdir() if path.is_dir()), key=_order, reverse=True
    )
    shutil.copytree(SITE / found[0], latest)
    SITE.joinpath("index.html").write_text(INDEX.format(items="\n".join(_items(found))))


def _items(versions: Iterable[str]) -> Iterator[str]:
    for name in versions:
        yield f'<li><a href="{name}/index.html">{name}</a></li>'


def _order(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", name)))


if __name__ == "__main__":
    print(build().relative_to(ROOT))  # noqa: T201
