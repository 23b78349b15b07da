"""Commands of other distributions are found by their entry points."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from types import ModuleType

import pytest

from influx_shell._cli.argument_parsers import command_named, whole_parser
from influx_shell._cli.command_table import COMMAND_GROUP
from influx_shell._cli.exit_codes import ExitCode


@pytest.fixture
def added(monkeypatch):
    """Install a command as another distribution does."""

    def install(name: str) -> None:
        module = ModuleType("greeting_command", "Greet somebody.\n\nNothing else.")
        module.add_arguments = lambda parser: parser.add_argument("who")
        module.run = lambda options, terminal: (
            terminal.stdout.write(f"hello {options.who}\n") and ExitCode.OK
        )
        monkeypatch.setitem(sys.modules, "greeting_command", module)
        entry = importlib.metadata.EntryPoint(name, "greeting_command", COMMAND_GROUP)
        found = importlib.metadata.entry_points

        def with_command(*, group):
            return (entry,) if group == COMMAND_GROUP else found(group=group)

        monkeypatch.setattr(importlib.metadata, "entry_points", with_command)

    return install


def test_a_command_of_another_distribution_runs_and_has_help(iql, added, capsys):
    added("greet")
    assert iql("greet", "you").out == "hello you\n"
    assert iql("greet", "--help").code == ExitCode.OK
    assert "Nothing else." in capsys.readouterr().out
    assert "greet" in whole_parser().format_help()
    assert iql("greet").code == ExitCode.USAGE


def test_explore_says_what_has_to_be_installed_and_runs_where_it_is(iql, added, monkeypatch):
    added("explore")
    assert iql("explore", "you").out == "hello you\n"
    monkeypatch.setattr("influx_shell._cli.command_table._entry_points", dict)
    done = iql("explore", "http://localhost:8086")
    assert (done.code, done.err) == (
        ExitCode.USAGE,
        "iql: iql explore needs a package: pip install influx-explorer\n",
    )


def test_the_command_of_the_documentation_runs(iql, filled, added):
    page = (Path(__file__).parents[5] / "docs/how-to/use-the-command-line.md").read_text("utf-8")
    source = page.partition("```python\n")[2].partition("```")[0]
    added("count")
    exec(source, vars(sys.modules["greeting_command"]))
    assert iql("count", *filled).out == "1\n"


def test_an_added_command_does_not_replace_one_of_the_project(added):
    added("query")
    assert command_named("query").module == "query_command"
