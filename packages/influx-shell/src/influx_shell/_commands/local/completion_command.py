"""Print the script with which bash, zsh, tcsh or fish completes the words of iql.

bash: iql completion bash > ~/.local/share/bash-completion/completions/iql
zsh:  iql completion zsh > ~/.zfunc/_iql
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("program", choices=("bash", "zsh", "tcsh", "fish"), help="the Unix shell")


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    from influx_shell._cli.argument_parsers import whole_parser

    if options.program == "fish":
        from influx_shell._cli.fish_completion import fish_script

        terminal.stdout.write(fish_script(whole_parser()))
        return ExitCode.OK
    import shtab

    terminal.stdout.write(shtab.complete(whole_parser(), options.program) + "\n")
    return ExitCode.OK
