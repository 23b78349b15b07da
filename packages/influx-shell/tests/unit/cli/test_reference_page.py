"""The reference page of the commands is written from their parsers."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from influx_shell._cli.command_table import COMMANDS
from influx_shell._prompt.meta_commands import META_COMMANDS

DOCS = Path(__file__).parents[5] / "docs"


def generated_page() -> str:
    path = DOCS / "_generate" / "command_line.py"
    spec = spec_from_file_location("generate_command_line", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.page()


def test_the_page_is_what_the_parsers_say():
    assert (DOCS / "reference" / "command-line.md").read_text("utf-8") == generated_page()


def test_every_command_and_option_is_on_the_page():
    page = generated_page()
    assert all(f"\n## iql {command.name}\n" in page for command in COMMANDS)
    assert all(f"`{each.usage}`" in page for each in META_COMMANDS.values())
    assert "| `-f, --format FORMAT` | table on a terminal, csv elsewhere by default;" in page
    assert "`--parallel N` | requests at a time; `4` by default" in page
