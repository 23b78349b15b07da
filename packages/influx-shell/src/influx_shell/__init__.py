"""The command line `iql`: queries, writes, imports and exports, and a shell."""

from influx_shell._cli.program import main

__all__ = ["main"]
