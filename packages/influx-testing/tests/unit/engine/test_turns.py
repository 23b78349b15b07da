"""One thread at a time uses the data of a server."""

from __future__ import annotations

import threading

import pytest

from influx_testing._engine.turns import Turns


def in_thread(turns: Turns, order: list[str], began: threading.Event) -> threading.Thread:
    def work() -> None:
        began.set()
        with turns:
            order.append("other")

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_thread_waits_for_its_turn() -> None:
    turns, order, began = Turns(), list[str](), threading.Event()
    with turns:
        thread = in_thread(turns, order, began)
        began.wait()
        with turns:  # a thread that has the turn goes on
            order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_others_have_the_turn_while_it_is_passed_on() -> None:
    turns, order, began = Turns(), list[str](), threading.Event()
    with turns:
        thread = in_thread(turns, order, began)
        with turns.passed():
            thread.join()
        order.append("first")
    assert order == ["other", "first"]


def test_a_thread_without_the_turn_has_none_to_pass_on() -> None:
    turns, order = Turns(), list[str]()
    with turns.passed():
        in_thread(turns, order, threading.Event()).join()
    assert order == ["other"]


def test_the_turn_ends_with_an_error() -> None:
    turns, order = Turns(), list[str]()
    with pytest.raises(ValueError, match="an error"), turns, turns.passed():
        raise ValueError("an error")
    in_thread(turns, order, threading.Event()).join()
    assert order == ["other"]
