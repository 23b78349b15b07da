"""Fetches libflux by npm into a directory, if it is not there yet.

python tools/fetch_libflux.py DIRECTORY/package
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE = "@influxdata/flux-lsp-node@0.8.40"


def fetch(target: Path) -> None:
    """Unpack the npm package so that `target` is its directory."""
    target.parent.mkdir(parents=True, exist_ok=True)
    run = subprocess.run(
        ["npm", "pack", PACKAGE], cwd=target.parent, capture_output=True, check=True, text=True
    )
    archive = target.parent / run.stdout.strip().splitlines()[-1]
    with tarfile.open(archive) as opened:
        opened.extractall(target.parent, filter="data")
    archive.unlink()


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    if not (directory / "flux-lsp-node.js").is_file():
        fetch(directory)
