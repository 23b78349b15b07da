"""The commands in the documentation are commands of iql."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from influx_shell._cli.argument_parsers import command_named, command_parser

ROOT = Path(__file__).parents[5]
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("packages/*/README.md"),
]
COMMAND = re.compile(
    r"^ {4}(?:[\w-]+ \| )?iql (.+?)(?:  +#.*)?$|`iql ([a-z]+ [^`]+)`", re.MULTILINE
)


def documented() -> list[str]:
    found = [match for page in PAGES for match in COMMAND.findall(page.read_text("utf-8"))]
    return sorted({block or inline for block, inline in found})


def test_there_are_documented_commands():
    assert len(documented()) > 15


@pytest.mark.parametrize("command", documented())
def test_a_documented_command_has_valid_arguments(command):
    words = shlex.split(command)
    if "<" in words:
        words = words[: words.index("<")]
    found = command_named(words[0])
    if not found.forwards and not {"-h", "--help"} & set(words):
        command_parser(found).parse_args(words[1:])
