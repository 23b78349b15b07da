"""Checks the types in the Python examples of the documentation with pyright.

python docs/_generate/typed_examples.py

Every page becomes a module with the line numbers of the page. Libraries that are not installed
are not checked; a page may define a name again, since its reader goes from block to block.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w*)")
SETTINGS = {
    "typeCheckingMode": "standard",
    "pythonVersion": "3.11",
    "reportMissingImports": False,
    "reportMissingModuleSource": False,
    "reportRedeclaration": False,
    "reportReturnType": True,
}


def pages() -> list[Path]:
    """All pages that readers see."""
    patterns = ("*.md", "docs/**/*.md", "packages/*/README.md", "examples/*/README.md")
    return sorted(page for pattern in patterns for page in ROOT.glob(pattern))


def code(text: str) -> Iterator[str]:
    """The lines of a page, those outside of Python examples as empty ones."""
    language = None
    for line in text.splitlines():
        fence = FENCE.match(line)
        if fence:
            language = fence[1] if language is None else None
        yield line if language == "python" and not fence else ""


def main() -> int:
    """Check all pages; the exit code of pyright."""
    with tempfile.TemporaryDirectory() as folder:
        written = {}
        for page in pages():
            lines = list(code(page.read_text(encoding="utf-8")))
            if any(lines):
                name = re.sub(r"\W", "_", str(page.relative_to(ROOT))) + ".py"
                (Path(folder) / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
                written[name] = page.relative_to(ROOT)
        (Path(folder) / "pyrightconfig.json").write_text(json.dumps(SETTINGS))
        command = [sys.executable, "-m", "pyright", "-p", folder, "--pythonpath", sys.executable]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    printed = done.stdout.replace(f"{folder}/", "")
    for name, page in written.items():
        printed = printed.replace(name, str(page))
    sys.stdout.write(printed + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
