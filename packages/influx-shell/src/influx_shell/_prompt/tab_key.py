"""TabKey: Tab completes the name at the cursor, however fast the user types on."""

from __future__ import annotations

import asyncio

from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import (
    CompleteEvent,
    Completer,
    Completion,
    get_common_complete_suffix,
)
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.key_binding.key_processor import KeyProcessor
from prompt_toolkit.keys import Keys

__all__ = ["TabKey"]

_INTERRUPTS = {Keys.ControlC, Keys.SIGINT}


class TabKey:
    """Completes with Tab, and holds the keys that follow until the names are there.

    Completion while typing drops what it has found once the text has changed. A Tab must not be
    dropped: the names may take a request to the server, and what is typed meanwhile belongs behind
    the completed name. Ctrl-C stops waiting.

    Args:
        completer: returns the completions.
    """

    def __init__(self, completer: Completer) -> None:
        self._completer = completer
        self._held: list[KeyPress] = []
        self._task: asyncio.Task[None] | None = None

    def bind(self, keys: KeyBindings) -> None:
        """Add the bindings of Tab, and of the keys after it."""
        waiting = Condition(lambda: self._task is not None)
        keys.add(Keys.Tab, filter=~waiting)(self._press)
        keys.add(Keys.Any, filter=waiting, eager=True)(self._hold)

    def _press(self, event: KeyPressEvent) -> None:
        """Use the completions of the menu, or look for completions."""
        buffer, state = event.current_buffer, event.current_buffer.complete_state
        if state is not None and state.complete_index is not None:
            buffer.complete_next()
        elif state is not None and state.completions:
            _insert(buffer, state.completions)
        else:
            self._task = event.app.create_background_task(self._complete(buffer))
            self._task.add_done_callback(lambda _: self._release(event.key_processor))

    def _hold(self, event: KeyPressEvent) -> None:
        if self._task is not None and event.key_sequence[0].key in _INTERRUPTS:
            self._held.clear()
            self._task.cancel()
        self._held += event.key_sequence

    def _release(self, keys: KeyProcessor) -> None:
        held, self._held, self._task = self._held, [], None
        keys.feed_multiple(held, first=True)
        keys.process_keys()

    async def _complete(self, buffer: Buffer) -> None:
        document = buffer.document
        event = CompleteEvent(completion_requested=True)
        found = self._completer.get_completions_async(document, event)
        _insert(buffer, [each async for each in found])


def _insert(buffer: Buffer, completions: list[Completion]) -> None:
    """Insert what all completions begin with; otherwise open the menu at the first one."""
    document = buffer.document
    if common := get_common_complete_suffix(document, completions):
        buffer.insert_text(common)
    elif any(not document.text_before_cursor.endswith(each.text) for each in completions):
        buffer.complete_state = CompletionState(document, completions)
        buffer.go_to_completion(0)
