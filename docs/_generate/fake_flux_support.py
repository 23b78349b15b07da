"""Prints docs/reference/fake-server-flux.md, from the registry of functions that the fake uses.

Run: python docs/_generate/fake_flux_support.py > docs/reference/fake-server-flux.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from influx_flux.stdlib import packages
from influx_testing._engine.flux.language.standard_library import supported_names

__all__ = ["page"]


def page() -> str:
    """The page as Markdown."""
    return "\n\n".join(_parts()) + "\n"


def _parts() -> Iterator[str]:
    yield "# What the fake server runs of Flux"
    yield (
        "`docs/_generate/fake_flux_support.py` prints this page from the functions that the fake "
        "itself uses.\nThe whole language runs: records, functions, pipes, options, packages, "
        "calendar durations, time zones,\nregular expressions of RE2 and three-valued logic. A "
        "function that is not here is refused by name with status\n501, never answered wrongly. "
        "[How the fake runs Flux](../explanation/flux-engine.md) tells how to add one."
    )
    yield "## Functions and values"
    for path in sorted(packages().keys() - {"universe"}):
        names = sorted(name for name in supported_names(path) if not name.startswith("_"))
        if names:
            yield f"### {f'`{path}`' if path else 'Without an import'}"
            yield ", ".join(f"`{name}`" for name in names)
    yield "## What is refused"
    missing = [
        (path, sorted(name for name in set(names) - supported_names(path) if name[0] != "_"))
        for path, names in packages().items()
        if path not in ("", "universe")
    ]
    yield "\n".join(
        f"- `{path}`: "
        + ("all of it" if not supported_names(path) else ", ".join(f"`{name}`" for name in names))
        for path, names in missing
        if names and not path.startswith(("contrib/", "internal/"))
    )
    yield "So is all else under `contrib`, and most under `internal`."


if __name__ == "__main__":
    sys.stdout.write(page())
