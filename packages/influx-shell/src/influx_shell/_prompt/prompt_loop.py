"""The loop of the prompt: reads texts, runs each, and survives Ctrl-C."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from influx_shell._prompt.name_completer import NameCompleter
from influx_shell._prompt.open_input import is_complete
from influx_shell._prompt.query_lexer import STYLE, QueryLexer
from influx_shell._prompt.query_shell import QueryShell
from influx_shell._prompt.schema_names import SchemaNames
from influx_shell._prompt.tab_key import TabKey

__all__ = ["SafeHistory", "prompt_loop"]

_SECRET = re.compile(r"\bPASSWORD\b", re.IGNORECASE)


class SafeHistory(FileHistory):
    """The history of the prompt, in a file without statements that hold a password."""

    def append_string(self, string: str) -> None:
        """Keep a text, unless it holds a password."""
        if not _SECRET.search(string):
            super().append_string(string)


async def prompt_loop(shell: QueryShell, schema: SchemaNames, history: Path) -> None:
    """Read and run texts until the user leaves.

    Enter runs a complete text, and begins another line of an open one; Escape and Enter begin
    another line of any text. Ctrl-C ends a query, Ctrl-D the shell.
    """
    history.parent.mkdir(parents=True, exist_ok=True)
    completer = NameCompleter(schema)
    keys = _keys(shell)
    TabKey(completer).bind(keys)
    session: PromptSession[str] = PromptSession(
        history=SafeHistory(str(history)),
        lexer=QueryLexer(),
        completer=completer,
        complete_while_typing=True,
        auto_suggest=AutoSuggestFromHistory(),
        multiline=True,
        key_bindings=keys,
        style=STYLE,
    )
    while not shell.done:
        try:
            text = await session.prompt_async(
                f"{schema.db or 'iql'}> ", prompt_continuation="...> "
            )
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        await _until_interrupted(shell.handle(text))


def _keys(shell: QueryShell) -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def run_or_continue(event: KeyPressEvent) -> None:  # pyright: ignore[reportUnusedFunction]
        buffer = event.current_buffer
        text = buffer.text
        if not text.strip() or text.startswith("\\") or is_complete(text, shell.language(text)):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @keys.add("escape", "enter")
    def another_line(event: KeyPressEvent) -> None:  # pyright: ignore[reportUnusedFunction]
        event.current_buffer.insert_text("\n")

    return keys


async def _until_interrupted(work: Coroutine[Any, Any, None]) -> None:
    """Await work; Ctrl-C ends it, not the shell."""
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows: Ctrl-C ends the shell
        loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        sys.stderr.write("\n")  # the terminal has printed ^C
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)
