"""Scopes, and the bindings of names in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from influx_flux.stdlib.library import UNIVERSE, FunctionSignature, packages, signature


@dataclass(frozen=True, slots=True)
class Binding:
    """The meaning of a name: a package, a function, or a value of unknown type."""

    package: str | None = None
    function: FunctionSignature | None = None


UNKNOWN = Binding()


@dataclass(slots=True)
class Scope:
    """The names of a block, a function or a file, and the scope around it."""

    around: Scope | None = None
    names: dict[str, Binding] = field(default_factory=dict[str, Binding])
    assigned: set[str] = field(default_factory=set[str])

    def find(self, name: str) -> Binding | None:
        """Return the binding of a name; None if the name is not defined."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.around
        return Binding(function=signature(UNIVERSE, name)) if name in packages()[UNIVERSE] else None

    def assign(self, name: str, binding: Binding) -> bool:
        """Define a variable; return False if it is already defined in this scope."""
        again = name in self.assigned
        self.assigned.add(name)
        self.names[name] = binding
        return not again
