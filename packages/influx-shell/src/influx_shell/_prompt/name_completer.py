"""Completion at the prompt: commands of the shell, and what the grammar and the schema allow."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from influx_flux.stdlib import packages
from influx_query.completion import candidates, completion_context, starting_with
from influx_shell._connection.languages import language_of
from influx_shell._prompt.meta_commands import META_COMMANDS
from influx_shell._prompt.schema_names import SchemaNames

__all__ = ["NameCompleter"]


class NameCompleter(Completer):
    """Completes InfluxQL by the grammar and the names of the server, and Flux by its functions."""

    def __init__(self, schema: SchemaNames) -> None:
        self._schema = schema

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Return nothing: the names of the server need the event loop."""
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield what may stand at the cursor."""
        text, cursor = document.text, document.cursor_position
        if text.startswith("\\"):
            for name in META_COMMANDS:
                if name.startswith(text[1:cursor]):
                    yield Completion(name, start_position=1 - cursor)
            return
        if text.strip() and language_of(text, "v1") == "flux":
            for completion in _flux_functions(document):
                yield completion
            return
        context = completion_context(text, cursor)
        for each in candidates(context, await self._schema.names(context)):
            yield Completion(
                each.text, context.start - cursor, display=each.shown, display_meta=each.kind
            )


def _flux_functions(document: Document) -> Iterable[Completion]:
    word = document.get_word_before_cursor()
    if word.isidentifier():
        for name in starting_with(sorted(packages()[""]), word):
            yield Completion(name, -len(word), display_meta="function")
