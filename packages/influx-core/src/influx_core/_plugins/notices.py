"""Wraps the hooks of one plugin, so that an exception in a notice does not stop the others."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pluggy

__all__ = ["NOTICES", "Notice", "guarded"]

logger = logging.getLogger("influx_core.plugins")

NOTICES = ("influx_request_finished", "influx_batch_finished")
"""The hooks that return nothing and may not disturb what they are told of."""

_HOOK_MARK = "influx_impl"
"""The attribute that `influx_core.hookimpl` sets on a function."""

_Report = Callable[[], None]


class _GuardedPlugin:
    """The hooks of a plugin, as its attributes."""

    def __init__(self, hooks: Mapping[str, Callable[..., Any]]) -> None:
        self.__dict__.update(hooks)


class Notice:
    """Tells the plugins something, as pluggy does, which checks its arguments anew each time.

    Args:
        hook: the hook, for which no more plugins will be registered.
    """

    def __init__(self, hook: pluggy.HookCaller) -> None:
        found = hook.get_hookimpls()
        self._hook = hook
        self._wrapped = any(each.wrapper or each.hookwrapper for each in found)
        self._functions = [(each.function, each.argnames) for each in reversed(found)]

    def tell(self, **facts: object) -> None:
        """Call the functions of the plugins with the facts that they ask for."""
        if self._wrapped:
            self._hook(**facts)
            return
        for function, names in self._functions:
            function(*[facts[name] for name in names])


def guarded(plugin: object, name: str) -> object:
    """A plugin whose notices never raise; what they raise is logged, once for each notice.

    Args:
        plugin: a module or an object with hooks.
        name: of the plugin, for the log.
    """
    hooks: dict[str, Callable[..., Any]] = {}
    for attribute in dir(plugin):
        function = getattr(plugin, attribute, None)
        marks: Mapping[str, Any] | None = getattr(function, _HOOK_MARK, None)
        if function is not None and isinstance(marks, dict):
            hook = marks.get("specname") or attribute
            report = _reporter(hook, name)
            hooks[attribute] = _guarded(function, report) if hook in NOTICES else function
    return _GuardedPlugin(hooks)


def _guarded(notice: Callable[..., Any], report: _Report) -> Callable[..., Any]:
    return (_wrapper if inspect.isgeneratorfunction(notice) else _plain)(notice, report)


def _plain(notice: Callable[..., Any], report: _Report) -> Callable[..., Any]:
    @functools.wraps(notice)
    def call(*args: Any, **kwargs: Any) -> None:
        try:
            notice(*args, **kwargs)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            report()

    return call


def _wrapper(notice: Callable[..., Any], report: _Report) -> Callable[..., Any]:
    """A notice that wraps the others: they are called whatever it does."""

    @functools.wraps(notice)
    def call(*args: Any, **kwargs: Any) -> Generator[None, Any, Any]:
        around = notice(*args, **kwargs)
        try:
            next(around)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            report()
            return (yield)
        result = yield
        try:
            around.send(result)
        except StopIteration as end:
            return end.value
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            report()
        return result

    return call


def _reporter(notice: str, plugin: str) -> _Report:
    """Logs the exception that is being handled, the first time only."""
    reported = False

    def report() -> None:
        nonlocal reported
        if not reported:
            reported = True
            logger.exception("%s of plugin %s raised; not logged again", notice, plugin)

    return report
