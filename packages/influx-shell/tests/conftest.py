"""Executes command lines of iql in this process, on streams in memory."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper

import pytest

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.program import execute
from influx_shell._cli.terminal import Terminal


@dataclass
class Finished:
    """What a command left."""

    code: ExitCode
    out: str
    err: str
    raw: bytes


def text_stream(content: bytes = b"") -> TextIOWrapper:
    return TextIOWrapper(BytesIO(content), encoding="utf-8", newline="", write_through=True)


@pytest.fixture
def iql(tmp_path) -> Callable[..., Finished]:
    """Execute a command line; `stdin` is its input, `env` its environment."""

    def run(*arguments: str, stdin: str | bytes = b"", env: dict[str, str] | None = None):
        data = stdin.encode() if isinstance(stdin, str) else stdin
        environment = {"IQL_PROFILES": str(tmp_path / "profiles.toml"), **(env or {})}
        terminal = Terminal(text_stream(data), text_stream(), text_stream(), environment)
        code = execute(arguments, terminal)
        raw = terminal.stdout.buffer.getvalue()
        return Finished(
            code, raw.decode("utf-8", "replace"), terminal.stderr.buffer.getvalue().decode(), raw
        )

    return run


@pytest.fixture
def db() -> str:
    """The name of a database that no other test uses."""
    return f"d{uuid.uuid4().hex}"


@pytest.fixture
def server(fake_url, db) -> list[str]:
    """The options that name a server and a database that is not there."""
    return ["--url", fake_url, "--db", db]


@pytest.fixture
def filled(iql, server, db) -> list[str]:
    """The options that name a server with two points."""
    assert iql("query", f"CREATE DATABASE {db}", *server).code == ExitCode.OK
    lines = [
        'cpu,host=a load=0.5,n=3i,s="x y" 1600000000000000000',
        'cpu,host=b load=2,s="" 1600000001000000000',
    ]
    assert iql("write", *lines, *server).code == ExitCode.OK
    return server
