"""Calls of foreign functions: whatever they raise is logged, and goes no further."""

from __future__ import annotations

import asyncio

import pytest

from influx_core._batch.isolation import call_isolated, describe


def raising(error: BaseException):
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error", [ValueError(), asyncio.CancelledError(), GeneratorExit(), BaseException()]
)
async def test_an_exception_is_logged_and_goes_no_further(caplog, error):
    assert not call_isolated("the function", raising(error))
    assert "the function raised an exception" in caplog.text


def test_a_function_that_returns_is_said_to():
    assert call_isolated("it", print, "x", end="")


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_what_ends_the_program_ends_it_after_the_step(error):
    steps = []

    async def step() -> None:
        call_isolated("the function", raising(error))
        steps.append("finished")
        await asyncio.sleep(1)

    with pytest.raises(type(error)):
        asyncio.run(step())
    assert steps == ["finished"]


def test_anything_can_be_described():
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError

    assert describe(ValueError("text")) == "text"
    assert describe(ValueError()) == "ValueError"
    assert describe(Broken()) == "<Broken that cannot be shown>"
    assert describe("a\n", ascii) == r"'a\n'"
