"""Finds plugins, builds parts by name, calls notices; only this module uses pluggy's manager.

A part is selected by a name, by a mapping `{type: name, **options}`, or by an object.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import pluggy

from influx_core import hookspecs
from influx_core._options.validator import check_options, option_types_of, shown
from influx_core._plugins import builtin, request_logging
from influx_core._plugins.deferred_factory import DeferredFactory
from influx_core._plugins.installed_plugins import InstalledPlugin, installed_plugins
from influx_core._plugins.notices import Notice, guarded
from influx_core.errors import ConfigError

if TYPE_CHECKING:
    from influx_core.interfaces import (
        Auth,
        BatchSummary,
        ClientInfo,
        Deserializer,
        LineSummarizer,
        Request,
        Response,
        RetryPolicy,
        Serializer,
        Spool,
        Transport,
    )

__all__ = ["DeferredFactory", "PartSpec", "Plugins"]

PartSpec = str | Mapping[str, Any] | object
"""Selects a part: its name, `{type: name, **options}`, or the part itself."""

ENTRY_POINT_GROUP = "influx"
BLOCK_VARIABLE = "INFLUX_BLOCK_PLUGINS"

Factory = Callable[..., Any]

_WITHOUT_PARAMETERS = inspect.Signature()


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of part: what it is called, which hook offers it, what it must be able to do."""

    name: str
    hook: str
    members: tuple[str, ...]


_TRANSPORT = _Kind("transport", "influx_transports", ("send", "aclose"))
_SERIALIZER = _Kind("serializer", "influx_serializers", ("content_type", "dump"))
_DESERIALIZER = _Kind("deserializer", "influx_deserializers", ("accept", "start"))
_SUMMARIZER = _Kind("line summarizer", "influx_line_summarizers", ("summarize", "keys"))
_AUTH = _Kind("auth", "influx_auths", ("sign",))
_RETRY = _Kind("retry policy", "influx_retry_policies", ("delay",))
_SPOOL = _Kind("spool", "influx_spools", ("open", "append", "read", "remove", "close"))

_DISTRIBUTIONS = {"arrow": "influx-flight", "flight": "influx-flight", "memory": "influx-testing"}
"""Parts of other distributions of this project, for the error of a missing one."""


class _Manager(pluggy.PluginManager):
    """pluggy's manager, which looks at far fewer attributes, since each client makes one."""

    def parse_hookspec_opts(self, module_or_class: Any, name: str) -> Any:
        """The options of a specification; all are called `influx_...`."""
        return super().parse_hookspec_opts(module_or_class, name) if _is_hook(name) else None

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        """The options of a hook of a guarded plugin, whose other attributes are Python's own."""
        return None if name.startswith("__") else super().parse_hookimpl_opts(plugin, name)


class Plugins:
    """The plugins of one client.

    Args:
        extra: plugins for this client only: objects, or import paths such as
            `my_app.influx:observer`.
        discover: whether to load installed plugins (entry points of the group `influx`). The
            environment variable `INFLUX_BLOCK_PLUGINS` lists entry points to exclude, separated by
            commas.

    Raises:
        ConfigError: a plugin cannot be imported, or one of its hooks does not exist or does not
            fit.
    """

    def __init__(self, extra: Iterable[object] = (), *, discover: bool = True) -> None:
        self._manager = _Manager("influx")
        self._manager.add_hookspecs(hookspecs)
        self._registered: list[object] = []
        self._register(builtin, "builtin")
        self._register(request_logging, "logs")
        if discover:
            for installed in _unblocked():
                self._register(_load(installed), installed.name)
        for plugin in extra:
            self._register(_imported(plugin) if isinstance(plugin, str) else plugin)
        self.check_pending()
        self._finished_requests = Notice(self._manager.hook.influx_request_finished)

    def transport(self, spec: PartSpec = "auto", scheme: str = "http") -> Transport:
        """Build the transport that `spec` selects; `auto` selects it by the URL scheme.

        A factory with a parameter `inner` wraps another transport: the one that the option `inner`
        selects, by default the one for the URL scheme.

        Raises:
            ConfigError: an unknown name, or options that the factory does not take.
        """
        options = _options(spec)
        if options is None:
            return cast("Transport", _checked(_TRANSPORT, spec))
        if options["type"] == "auto":
            options["type"] = scheme
        if "inner" in _signature(self._named(_TRANSPORT, options["type"])).parameters:
            options["inner"] = self.transport(options.get("inner", "auto"), scheme)
        return cast("Transport", self._build(_TRANSPORT, options))

    def serializer(
        self, spec: PartSpec = "auto", *, unsigned: bool = False, **defaults: Any
    ) -> Serializer:
        """Build a serializer; `defaults` apply to options that `spec` does not set.

        Args:
            spec: selects the serializer.
            unsigned: the default of the option `unsigned`, if the serializer has this option.
            defaults: the defaults of other options.
        """
        options = _options(spec)
        if unsigned and options is not None:
            factory = self._named(_SERIALIZER, options["type"])
            if "unsigned" in _signature(factory).parameters:
                defaults["unsigned"] = True
        return cast("Serializer", self._build(_SERIALIZER, spec, defaults))

    def deserializer(self, spec: PartSpec = "auto") -> Deserializer:
        """Build a deserializer."""
        return cast("Deserializer", self._build(_DESERIALIZER, spec))

    def flux_deserializer(self, **options: Any) -> Deserializer:
        """Build the deserializer of annotated CSV with the highest `flux_rank`."""
        factories = self._factories(_DESERIALIZER)
        best = max(factories, key=lambda name: getattr(factories[name], "flux_rank", 0))
        return self.deserializer({"type": best, **options})

    def line_summarizer(self, spec: PartSpec = "auto") -> LineSummarizer:
        """Build a summarizer of line protocol."""
        return cast("LineSummarizer", self._build(_SUMMARIZER, spec))

    def auth(self, spec: PartSpec, **defaults: Any) -> Auth:
        """Build an auth; `defaults` apply to options that `spec` does not set."""
        return cast("Auth", self._build(_AUTH, spec, defaults))

    def retry_policy(self, spec: PartSpec = "never") -> RetryPolicy:
        """Build a retry policy."""
        return cast("RetryPolicy", self._build(_RETRY, spec))

    def spool(self, spec: PartSpec) -> Spool:
        """Build a spool."""
        return cast("Spool", self._build(_SPOOL, spec))

    def transport_names(self) -> tuple[str, ...]:
        """The names of all transports, sorted."""
        return tuple(sorted(self._factories(_TRANSPORT)))

    def check_pending(self) -> None:
        """Check that every hook of the plugins exists, to find misspelt hooks.

        Raises:
            ConfigError: a hook does not exist; the message names the plugin and the hook.
        """
        known = ", ".join(filter(_is_hook, vars(hookspecs)))
        for plugin in self._manager.get_plugins():
            for caller in self._manager.get_hookcallers(plugin) or ():
                pending = [impl for impl in caller.get_hookimpls() if not impl.optionalhook]
                if pending and not caller.has_spec():
                    raise ConfigError(
                        f"plugin {pending[0].plugin_name} has a hook {caller.name!r}, which does "
                        f"not exist; known: {known}"
                    )

    def request_finished(
        self,
        client: ClientInfo,
        request: Request,
        outcome: Response | BaseException,
        attempt: int,
        seconds: float,
    ) -> None:
        """Call the hook `influx_request_finished`; it never raises."""
        self._finished_requests.tell(
            client=client, request=request, outcome=outcome, attempt=attempt, seconds=seconds
        )

    def batch_finished(
        self,
        client: ClientInfo,
        batch: BatchSummary,
        outcome: Literal["delivered", "spooled"] | Exception,
    ) -> None:
        """Call the hook `influx_batch_finished`; it never raises."""
        self._manager.hook.influx_batch_finished(client=client, batch=batch, outcome=outcome)

    def _register(self, plugin: object, name: str | None = None) -> None:
        if any(plugin is known for known in self._registered):
            return
        self._registered.append(plugin)
        label = name or getattr(plugin, "__name__", None) or repr(plugin)
        try:
            self._manager.register(guarded(plugin, label), label)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise ConfigError(f"plugin {label} cannot be used: {error}") from error

    def _factories(self, kind: _Kind) -> dict[str, Factory]:
        found: dict[str, Factory] = {}
        for impl in getattr(self._manager.hook, kind.hook).get_hookimpls():
            for name, factory in _offered(impl).items():
                if name in found:
                    raise ConfigError(
                        f"two plugins offer the {kind.name} {name!r}: {_path(found[name])} and "
                        f"{_path(factory)}; block one of them with {BLOCK_VARIABLE}"
                    )
                found[name] = factory
        return found

    def _build(
        self, kind: _Kind, spec: PartSpec, defaults: Mapping[str, Any] | None = None
    ) -> object:
        given = _options(spec)
        if given is None:
            return _checked(kind, spec)
        options = {**(defaults or {}), **given}
        name = options.pop("type")
        factory = self._named(kind, name)
        options = check_options(f"{kind.name} {name!r}", option_types_of(factory), options)
        try:
            _signature(factory).bind(**options)
        except TypeError as error:
            raise ConfigError(
                f"{kind.name} {name!r}: {error}; it takes {_options_of(factory)}, and was given "
                f"{', '.join(options) or 'nothing'}"
            ) from error
        return _checked(kind, factory(**options))

    def _named(self, kind: _Kind, name: object) -> Factory:
        found = self._offered(kind, name)
        return found.load() if isinstance(found, DeferredFactory) else found

    def _offered(self, kind: _Kind, name: object) -> Factory:
        factories = self._factories(kind)
        if name == "auto":
            return max(factories.values(), key=lambda factory: getattr(factory, "auto_rank", 0))
        if name not in factories:
            known = ", ".join(sorted(factories))
            raise ConfigError(f"there is no {kind.name} {name!r}{_source(name)}; known: {known}")
        better = (each for each in factories.values() if getattr(each, "replaces", None) == name)
        return next(better, factories[str(name)])


def _is_hook(name: str) -> bool:
    return name.startswith("influx_")


def _source(name: object) -> str:
    """How to install a part of another distribution."""
    distribution = _DISTRIBUTIONS.get(str(name))
    return f" without {distribution}: pip install {distribution}" if distribution else ""


def _offered(impl: pluggy.HookImpl) -> Mapping[str, Factory]:
    """The factories that a plugin offers by one hook."""
    offered = impl.function()
    if not isinstance(offered, Mapping):
        raise ConfigError(
            f"plugin {impl.plugin_name}: {impl.function.__name__} returns names and factories, "
            f"{{'name': factory}}, not {type(offered).__name__}"
        )
    factories = cast(Mapping[str, Factory], offered)
    for name, factory in factories.items():
        if not callable(factory):
            raise ConfigError(
                f"plugin {impl.plugin_name}: {impl.function.__name__}: the factory of {name!r} is "
                f"a class or a function, not {factory!r}"
            )
    return factories


def _options(spec: PartSpec) -> dict[str, Any] | None:
    """The options of a part and, as `type`, its name; None for a ready part."""
    if isinstance(spec, str):
        return {"type": spec}
    return {"type": "auto", **cast(Mapping[str, Any], spec)} if isinstance(spec, Mapping) else None


def _checked(kind: _Kind, part: object) -> object:
    if part is None or isinstance(part, (bool, int, float, bytes, list, tuple, set)):
        raise ConfigError(
            f"{kind.name} takes a name, {{'type': name, ...}} with options, or a ready part, not "
            f"{shown(cast(object, part))}"
        )
    missing = [member for member in kind.members if not hasattr(part, member)]
    if missing:
        raise ConfigError(
            f"{type(part).__name__} is not a {kind.name}: it has no {', '.join(missing)}"
        )
    return part


def _signature(factory: Factory) -> inspect.Signature:
    """The parameters of a factory.

    `inspect` finds out with a tokenizer, whose start takes 2 ms, that a class without a constructor
    has none.
    """
    plain = (object.__init__, object.__new__)
    if inspect.isclass(factory) and (factory.__init__, factory.__new__) == plain:
        return _WITHOUT_PARAMETERS
    return inspect.signature(factory)


def _options_of(factory: Factory) -> str:
    names = [name for name in _signature(factory).parameters if name != "self"]
    return ", ".join(names) or "no options"


def _path(factory: Factory) -> str:
    name = getattr(factory, "__qualname__", type(factory).__qualname__)
    return f"{factory.__module__}.{name}"


@functools.cache
def _installed() -> tuple[InstalledPlugin, ...]:
    return installed_plugins(ENTRY_POINT_GROUP)


def _unblocked() -> list[InstalledPlugin]:
    blocked = {name.strip() for name in os.environ.get(BLOCK_VARIABLE, "").split(",")}
    return [plugin for plugin in _installed() if plugin.name not in blocked]


@functools.cache
def _load(plugin: InstalledPlugin) -> object:
    try:
        return _object_at(plugin.path)
    except Exception as error:
        raise ConfigError(
            f"plugin {plugin.name!r} ({plugin.path}) cannot be loaded: {error}; "
            f"uninstall it, or leave it out with {BLOCK_VARIABLE}={plugin.name}"
        ) from error


def _imported(path: str) -> object:
    try:
        return _object_at(path)
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"plugin {path!r} cannot be imported: {error}; write package.module:attribute"
        ) from error


def _object_at(path: str) -> object:
    module, _, attribute = path.partition(":")
    found: object = importlib.import_module(module)
    for name in filter(None, attribute.split(".")):
        found = getattr(found, name)
    return found
