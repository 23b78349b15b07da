"""Validates options against their types, and raises ConfigError for invalid ones."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import is_dataclass
from os import PathLike
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Concatenate,
    Literal,
    ParamSpec,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from influx_core._options import option_types
from influx_core._options.option_types import OptionType
from influx_core.errors import ConfigError

__all__ = [
    "a_kind",
    "check_options",
    "check_value",
    "keywords_checked",
    "option_types_of",
    "refuse_keywords",
    "refuse_unknown",
    "shown",
]

_P = ParamSpec("_P")
_SelfT = TypeVar("_SelfT")

_SHOWN_CHARACTERS = 60

_OTHER_NAMES: Mapping[str, str] = {
    "batch_size": "batch_points",
    "bucket": "db",
    "database": "db",
    "host": "base_urls",
    "params": "bind_params",
    "rp": "retention_policy",
    "time": "timestamp",
    "url": "base_urls",
}
"""Names of options in other clients that are too different to be found by similar spelling."""

_PLAIN: Mapping[object, OptionType] = {
    NoneType: option_types.NONE,
    bool: option_types.FLAG,
    int: option_types.whole(),
    float: option_types.number(),
    str: option_types.TEXT,
    PathLike: option_types.PATH,
}


def check_options(
    owner: str, types: Mapping[str, OptionType], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of options, each read by its type; an option without a type stays as it is.

    Args:
        owner: what the options belong to, for errors.
        types: the types of options.
        given: the options.

    Raises:
        ConfigError: a value is wrong; names owner, option, value and what the option takes.
    """
    return {
        name: check_value(owner, name, types[name], value) if name in types else value
        for name, value in given.items()
    }


def check_value(owner: str, name: str, option_type: OptionType, value: object) -> Any:
    """The value of one option.

    Raises:
        ConfigError: the value is wrong.
    """
    try:
        return option_type.read(value)
    except (ValueError, TypeError, OverflowError):
        said = _unshown(value) if option_type.secret else shown(value)
    raise ConfigError(f"{owner}: {name} takes {option_type.description}, not {said}")


def refuse_unknown(owner: str, known: Collection[str], given: Iterable[object]) -> None:
    """Refuse options that do not exist.

    Raises:
        ConfigError: there is one; lists the known ones, and says which may be meant.
    """
    unknown = sorted(str(name) for name in given if name not in known)
    if unknown:
        raise ConfigError(
            f"{owner}: unknown option {', '.join(map(repr, unknown))}; known: "
            f"{', '.join(sorted(known))}{_suggestion(unknown, known)}"
        )


def refuse_keywords(
    call: str, known: Collection[str], given: Collection[str], arguments: Collection[str] = ()
) -> None:
    """Refuse keywords that a method does not take.

    Args:
        call: the method, for errors.
        known: the keywords that it takes.
        given: the keywords of the call.
        arguments: the other arguments of the method, to be suggested.

    Raises:
        ConfigError: there is such a keyword; lists the known ones, and says which may be meant.
    """
    unknown = sorted(name for name in given if name not in known) if given else []
    if not unknown:
        return
    hint = _suggestion(unknown, {*known, *arguments})
    if "naive" in unknown:
        hint += "; naive is an option of the client: InfluxDBClient(naive=...)"
    raise ConfigError(
        f"{call}() takes {', '.join(sorted(known))}, not {', '.join(map(repr, unknown))}{hint}"
    )


def keywords_checked(
    owner: str,
) -> Callable[[Callable[Concatenate[_SelfT, _P], None]], Callable[Concatenate[_SelfT, _P], None]]:
    """Make a constructor refuse unknown keywords with a ConfigError.

    The keywords of a subclass's constructor are known too.
    """

    def decorate(
        init: Callable[Concatenate[_SelfT, _P], None],
    ) -> Callable[Concatenate[_SelfT, _P], None]:
        own = _parameters(init)

        @functools.wraps(init)
        def checked(self: _SelfT, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
            if not kwargs.keys() <= own:
                constructors = [kind.__init__ for kind in type(self).__mro__[:-1]]  # type: ignore[misc]
                refuse_unknown(owner, own.union(*map(_parameters, constructors)), kwargs)
            init(self, *args, **kwargs)

        return checked

    return decorate


def _unshown(value: object) -> str:
    """Describe a value that must not be shown."""
    return "this text (it is not shown)" if isinstance(value, str) else a_kind(value)


def a_kind(value: object) -> str:
    """The type of a value, with its article."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _suggestion(unknown: Iterable[str], known: Collection[str]) -> str:
    meanings = {other: name for other, name in _OTHER_NAMES.items() if name in known}
    meanings |= {name: name for name in known}
    import difflib  # only errors need it

    for name in unknown:
        for near in difflib.get_close_matches(name, meanings, 1):
            return f"; did you mean {meanings[near]!r}?"
    return ""


def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    """The names of a method's parameters that can be passed as keywords."""
    parameters = [*inspect.signature(function).parameters.values()][1:]
    return frozenset(
        p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    )


def shown(value: object) -> str:
    """A value as errors show it: never long."""
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def option_types_of(factory: Callable[..., Any]) -> Mapping[str, OptionType]:
    """The types of the options of a function or a class, by what its parameters are annotated with.

    A parameter whose annotation says nothing that can be checked is left out.
    """
    return _types_of(factory)


@functools.lru_cache(maxsize=256)
def _types_of(factory: Callable[..., Any]) -> Mapping[str, OptionType]:
    by_fields = inspect.isclass(factory) and is_dataclass(factory)
    is_class = inspect.isclass(factory) and not by_fields
    hints = _hints(factory.__init__ if is_class else factory)
    found = {name: _option_type(annotation) for name, annotation in hints.items()}
    return {name: kind for name, kind in found.items() if kind is not None and name != "return"}


def _hints(target: Any) -> dict[str, Any]:
    """The annotations of a function or a class, but those that only type checkers can read."""
    found: dict[str, Any] = {}
    for owner in reversed(getattr(target, "__mro__", (target,))):
        for name, annotation in getattr(owner, "__annotations__", {}).items():
            alone = type(name, (), {"__annotations__": {name: annotation}})
            alone.__module__ = owner.__module__
            with suppress(NameError, TypeError, AttributeError, SyntaxError):
                found.update(get_type_hints(alone, include_extras=True))
    return found


def _option_type(annotation: Any) -> OptionType | None:
    if get_origin(annotation) is Annotated:
        return next((m for m in get_args(annotation)[1:] if isinstance(m, OptionType)), None)
    if get_origin(annotation) is Literal:
        return option_types.word(*map(str, get_args(annotation)))
    if get_origin(annotation) in (Union, UnionType):
        members = [_option_type(member) for member in get_args(annotation)]
        known = [member for member in members if member is not None]
        return option_types.any_of(*known) if len(known) == len(members) else None
    return _PLAIN.get(get_origin(annotation) or annotation)
