"""libflux itself, run by Node: what the tests compare with where it is installed."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

SECONDS = 3
SCRIPT = Path(__file__).with_name("libflux.js")


class LibfluxError(Exception):
    """What libflux answered instead of a value."""


class Libflux:
    """A Node process that answers questions one by one; it is restarted after a crash."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.process: subprocess.Popen[str] | None = None

    def ask(self, op: str, **question: Any) -> Any:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"op": op, **question}) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], SECONDS)[0]:
            self.close()
            raise LibfluxError("no answer")  # some texts with errors keep it busy for ever
        line = process.stdout.readline()
        if not line:
            self.close()
            raise LibfluxError("crash")
        answer = json.loads(line)
        if "error" in answer:
            if "unreachable" in answer["error"] or "call stack" in answer["error"]:
                self.close()  # a panic leaves the module unusable
            raise LibfluxError(answer["error"])
        return answer["ok"]

    def parse(self, text: str) -> dict[str, Any]:
        return self.ask("parse", text=text)

    def format(self, text: str) -> str:
        return self.ask("format", text=text)

    def accepts(self, text: str) -> bool:
        """Say whether the tree of a text has no errors."""
        return not has_errors(self.parse(text))

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.kill()
            self.process.wait()
            self.process = None

    def _running(self) -> subprocess.Popen[str]:
        if self.process is None:
            self.process = subprocess.Popen(
                ["node", SCRIPT, self.package],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        return self.process


def has_errors(tree: dict[str, Any]) -> bool:
    """Say whether a tree that libflux made has errors in its nodes."""
    pending: list[Any] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if node.get("errors") or node.get("type") in ("BadStatement", "BadExpression"):
                return True
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return False


@cache
def missing() -> str | None:
    """Return why libflux cannot be asked, or None."""
    if shutil.which("node") is None:
        return "libflux is run by Node, which is not installed"
    package = os.environ.get("INFLUX_LIBFLUX")
    if not package:
        return "INFLUX_LIBFLUX does not name the unpacked npm package @influxdata/flux-lsp-node"
    if not (Path(package) / "flux-lsp-node.js").is_file():
        return f"INFLUX_LIBFLUX names {package}, which has no flux-lsp-node.js"
    return None


def start() -> Libflux:
    return Libflux(Path(os.environ["INFLUX_LIBFLUX"]))
