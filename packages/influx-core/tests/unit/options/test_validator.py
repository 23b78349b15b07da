from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import pytest

from influx_core import ConfigError
from influx_core._options.option_types import SECRET, Count, Seconds, whole
from influx_core._options.validator import (
    check_options,
    check_value,
    option_types_of,
    refuse_unknown,
)


def part(
    limit: Count,
    wait: Seconds = 1.0,
    mode: Literal["full", "normal"] = "full",
    name: str | None = None,
    factor: float = 2.0,
    on: bool = True,
    size: Annotated[int, whole(1, 9)] = 1,
    anything: object = None,
    call: Callable[[], int] | None = None,
) -> None: ...


def test_the_annotations_of_a_factory_say_what_its_options_take():
    types = option_types_of(part)
    assert set(types) == {"limit", "wait", "mode", "name", "factor", "on", "size"}
    given = {"limit": "5", "wait": "2s", "mode": "normal", "name": None, "on": "no", "anything": 5}
    assert check_options("part", types, given) == {
        **given,
        "limit": 5,
        "wait": 2.0,
        "on": False,
    }


def test_an_error_names_owner_option_value_and_what_is_taken():
    with pytest.raises(ConfigError, match="spool 's': mode takes one of 'full', 'normal', not 'f'"):
        check_options("spool 's'", option_types_of(part), {"mode": "f"})


def test_a_long_value_is_shown_in_part_and_a_secret_not_at_all():
    with pytest.raises(ConfigError, match=r"xxx\.\.\.") as long:
        check_value("x", "limit", whole(), "x" * 10_000)
    assert len(str(long.value)) < 200
    with pytest.raises(ConfigError) as secret:
        check_value("x", "token", SECRET, "s3cret\n")
    assert "s3cret" not in str(secret.value)
    assert secret.value.__context__ is None


def test_an_unknown_option_lists_the_known_ones():
    with pytest.raises(ConfigError, match="writer: unknown option 'linger'; known: a, b"):
        refuse_unknown("writer", ["b", "a"], {"linger": 1})


def test_annotations_that_only_checkers_know_are_no_obstacle():
    def factory(session: NoSuchName = None, limit: int = 1) -> None: ...  # noqa: F821

    assert set(option_types_of(factory)) == {"limit"}
