"""Tab completes what was typed before it, and what is typed after it comes behind the name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.output import DummyOutput

from influx_shell._prompt.tab_key import TabKey

_NAMES = ("cpu", "hosts", "load", "load_average")


class Interrupted(Exception):
    """Ctrl-C was typed."""


class LateCompleter(Completer):
    """Completes words once they are released, as a slow server does."""

    def __init__(self) -> None:
        self.released = asyncio.Event()

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        await self.released.wait()
        word = document.get_word_before_cursor()
        for name in _NAMES:
            if name.startswith(word):
                yield Completion(name, -len(word))


async def _typed(*keys: str, answers: bool = True) -> str:
    """Type keys, the first ones before there are names; return the line that is entered."""
    with create_pipe_input() as typed:
        completer, bindings = LateCompleter(), KeyBindings()
        TabKey(completer).bind(bindings)
        session: PromptSession[str] = PromptSession(
            completer=completer,
            complete_while_typing=True,
            key_bindings=bindings,
            input=typed,
            output=DummyOutput(),
            interrupt_exception=Interrupted,
        )
        line = asyncio.create_task(session.prompt_async())
        for text in keys:
            typed.send_text(text)
            await asyncio.sleep(0.01)
            if answers:
                completer.released.set()
        return await line


async def test_a_tab_before_the_names_are_there_completes_when_they_come():
    assert await _typed("FROM ho\t", "\r") == "FROM hosts"


async def test_what_is_typed_before_the_names_are_there_comes_behind_the_name():
    assert await _typed("FROM ho\t WHERE cp\t = 1\r") == "FROM hosts WHERE cpu = 1"


@pytest.mark.parametrize("keys", [("lo\t\r",), ("lo", "\t", "\r")])
async def test_a_tab_inserts_what_all_names_begin_with_however_late_they_are(keys):
    assert await _typed(*keys) == "load"


@pytest.mark.parametrize("keys", [("load\t\t\r",), ("load", "\t", "\t", "\r")])
async def test_a_tab_goes_through_names_that_have_no_more_in_common(keys):
    assert await _typed(*keys) == "load_average"


async def test_a_tab_changes_nothing_where_there_is_no_name():
    assert await _typed("FROM x\t;\r") == "FROM x;"


@pytest.mark.parametrize("keys", [("ho\tx\x03",), ("ho\t", "x", "\x03")])
async def test_an_interrupt_does_not_wait_for_names(keys):
    with pytest.raises(Interrupted):
        await _typed(*keys, answers=False)
