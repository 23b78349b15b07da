"""Writes docs/api: a page for each public module, which mkdocstrings fills from the sources.

The pages are made for each build and are not in the repository. A name that several modules export
is described once: by the public module that defines it, or else by the first one that exports it.

Run: python docs/_generate/api_pages.py
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

__all__ = ["exported_names", "public_modules", "write"]

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "api"

INTRODUCTION = """# Public modules

Every public name of every distribution, from its docstring. The guides under *How to* and the pages
under *Reference* explain how they work together.

| module | what it is |
|---|---|
"""


def write() -> None:
    """Write the pages with their navigation, and remove those of modules that are gone."""
    PAGES.mkdir(exist_ok=True)
    made = dict(_pages())
    for old in PAGES.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text)


def public_modules() -> dict[str, Path]:
    """The files of the modules that have a page, by dotted names.

    A module whose names are all exported by its package has none.
    """
    public = {name: path for name, path in _modules().items() if "._" not in f".{name}"}
    return {name: path for name, path in public.items() if _has_page(name, public)}


@cache
def exported_names(path: Path) -> frozenset[str]:
    """What a module exports: its `__all__`, or else its own public classes and functions."""
    body = _tree(path).body
    for statement in body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(statement.value))
    defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    names = {statement.name for statement in body if isinstance(statement, defined)}
    return frozenset(name for name in names if not name.startswith("_"))


@cache
def _modules() -> dict[str, Path]:
    return {_dotted(path): path for path in sorted(ROOT.glob("packages/*/src/**/*.py"))}


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT / "packages").with_suffix("").parts[2:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _has_page(name: str, public: Mapping[str, Path]) -> bool:
    names = exported_names(public[name])
    package = public.get(name.rpartition(".")[0])
    return bool(names) and (package is None or not names <= exported_names(package))


def _pages() -> Iterator[tuple[str, str]]:
    modules = public_modules()
    homes = _homes(modules)
    for module, path in modules.items():
        yield f"{module}.md", _page(module, exported_names(path), homes)
    rows = (f"| [{name}]({name}.md) | {_summary(path)} |\n" for name, path in modules.items())
    yield "index.md", INTRODUCTION + "".join(rows)
    yield "SUMMARY.md", "".join(_navigation(modules))


def _page(module: str, names: frozenset[str], homes: Mapping[tuple[str, str], str]) -> str:
    modules = sorted(name for name in names if f"{module}.{name}" in homes.values())
    names = names - set(modules)
    origins = {name: _origin(module, name) for name in names}
    own = sorted(name for name in names if homes[origins[name]] == module)
    others = sorted(names - set(own))
    text = f"# {module}\n\n::: {module}\n    options:\n      members: {own}\n"
    text += "".join(_plain(f"{module}.{name}") for name in own if not _described(*origins[name]))
    links = [f"- [`{name}`]({module}.{name}.md), a module" for name in modules]
    links += [f"- [`{name}`][{homes[origins[name]]}.{origins[name][1]}]" for name in others]
    if not links:
        return text
    return (
        f"{text}\n## Described elsewhere\n\nThe module also exports:\n\n" + "\n".join(links) + "\n"
    )


def _plain(name: str) -> str:
    """A name without a docstring: mkdocstrings leaves it out of the members of its module."""
    options = "    options:\n      show_root_heading: true\n      show_root_full_path: false\n"
    return f"\n::: {name}\n{options}"


@cache
def _described(module: str, name: str) -> bool:
    """Whether a definition has a docstring."""
    body = _tree(_modules()[module]).body
    defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, defined) and statement.name == name:
            return ast.get_docstring(statement) is not None
        target = (
            statement.targets[0]
            if isinstance(statement, ast.Assign)
            else getattr(statement, "target", None)
        )
        if isinstance(target, ast.Name) and target.id == name:
            return isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
    return False


def _homes(modules: Mapping[str, Path]) -> dict[tuple[str, str], str]:
    """The module whose page describes a definition, by its module and name."""
    homes: dict[tuple[str, str], str] = {}
    for module, path in sorted(modules.items(), key=lambda item: (item[0].count("."), item[0])):
        for name in exported_names(path):
            origin = _origin(module, name)
            if origin[0] in modules and origin[1] in exported_names(modules[origin[0]]):
                homes[origin] = origin[0]
            else:
                homes.setdefault(origin, module)
    return homes


def _origin(module: str, name: str) -> tuple[str, str]:
    """The module that defines what a module calls so, and its name there."""
    imported = _imports(module).get(name)
    if imported in (None, (module, name)):  # a module imports a submodule from itself
        return module, name
    return _origin(*imported)


@cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    """What a module imports from modules of the project: module and name there, by name."""
    path = _modules().get(module)
    body = _tree(path).body if path else []
    type_checking = [node.body for node in body if isinstance(node, ast.If)]
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in chain(body, *type_checking)
        if isinstance(node, ast.ImportFrom) and node.module in _modules()
        for alias in node.names
    }


def _summary(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(_tree(path)) or "").partition("\n")[0]


def _navigation(modules: Mapping[str, Path]) -> Iterator[str]:
    yield "* [Overview](index.md)\n"
    seen = ""
    for module, path in modules.items():
        distribution = path.relative_to(ROOT / "packages").parts[0]
        if distribution != seen:
            yield f"* {distribution}\n"
            seen = distribution
        yield f"    * [{module}]({module}.md)\n"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


if __name__ == "__main__":
    write()
