"""Completion: the texts that fit at the cursor, from the grammar and the names of a server."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

import msgspec

from influx_explorer._language.sql_text import SQL_KEYWORDS
from influx_flux.stdlib import packages
from influx_query import quote_ident
from influx_query.completion import (
    CompletionContext,
    NameKind,
    candidates,
    completion_context,
)
from influx_query.tokens import KEYWORDS

__all__ = ["Completion", "CompletionList", "FetchNames", "complete"]

FetchNames = Callable[[NameKind, str | None, str | None], Awaitable[Sequence[str]]]
"""Returns the names of a kind: of a measurement, or of all; the values of a tag."""

_MOST = 200


class Completion(msgspec.Struct, frozen=True):
    """A text that fits at the cursor: what is inserted, what is shown, and what it stands for."""

    text: str
    label: str
    kind: str


class CompletionList(msgspec.Struct, frozen=True):
    """The texts that fit in place of the word that begins at `start`, an offset in code points."""

    start: int
    options: list[Completion]


async def complete(language: str, text: str, cursor: int, names: FetchNames) -> CompletionList:
    """Return what fits at the cursor, an offset in code points."""
    if language == "flux":
        return await _flux(text, cursor, names)
    if language == "sql":
        return await _sql(text, cursor, names)
    context = completion_context(text, cursor)
    known = {kind: await _names(kind, context, names) for kind in context.kinds}
    found = candidates(context, known)
    return CompletionList(
        context.start, [Completion(each.text, each.shown, each.kind) for each in found]
    )


async def _names(kind: NameKind, context: CompletionContext, names: FetchNames) -> Sequence[str]:
    measurement = context.measurements[0] if context.measurements else None
    return sorted(await names(kind, measurement, context.tag))


_FLUX_STRING = re.compile(r'(?P<before>[\w.]+\s*(?:==|:)|import)\s*"(?P<word>[^"\n]*)\Z')
_FLUX_KINDS: Mapping[str, NameKind] = {
    "bucket": NameKind.DATABASE,
    "_measurement": NameKind.MEASUREMENT,
    "_field": NameKind.FIELD,
}
_FLUX_MEMBER = re.compile(r"(?P<package>[A-Za-z_]\w*)\.(?P<word>\w*)\Z")
_FLUX_IMPORT = re.compile(r'^\s*import\s+(?:(\w+)\s+)?"([^"\n]+)"', re.MULTILINE)
_FLUX_MEASUREMENT = re.compile(r'_measurement\s*==\s*"([^"\n]+)"')
_WORD = re.compile(r"\w*\Z")


async def _flux(text: str, cursor: int, names: FetchNames) -> CompletionList:
    before = text[:cursor]
    if match := _FLUX_STRING.search(before):
        found = await _flux_strings(match["before"], text, names)
        return _listed(cursor, match["word"], found)
    if match := _FLUX_MEMBER.search(before):
        members = await _flux_members(match["package"], text, names)
        return _listed(cursor, match["word"], members)
    word = _word(before)
    functions = ((name, f"{name}(", "function") for name in sorted(packages()[""]))
    return _listed(cursor, word, functions if word or "|>" in before[-3:] else ())


async def _flux_strings(before: str, text: str, names: FetchNames) -> list[tuple[str, str, str]]:
    """What fits in a string: a package, a bucket, a measurement, a field, the value of a tag."""
    if before == "import":
        return [(path, path, "package") for path in sorted(packages()) if path]
    name = before.rstrip(":= ").rpartition(".")[2]
    kind = _FLUX_KINDS.get(name, NameKind.TAG_VALUE)
    found = await names(kind, _flux_measurement(text), name)
    return [(each, each, kind.value) for each in sorted(found)]


async def _flux_members(package: str, text: str, names: FetchNames) -> list[tuple[str, str, str]]:
    if package == "r":
        columns = ["_field", "_measurement", "_time", "_value"]
        tags = await names(NameKind.TAG, _flux_measurement(text), None)
        return [(each, each, "tag") for each in [*columns, *sorted(tags)] if each.isidentifier()]
    paths = {alias or path.rpartition("/")[2]: path for alias, path in _FLUX_IMPORT.findall(text)}
    known = packages().get(paths[package]) if package in paths else None
    return [(name, name, "function") for name in sorted(known or ())]


def _flux_measurement(text: str) -> str | None:
    found = _FLUX_MEASUREMENT.search(text)
    return found[1] if found else None


_SQL_TABLE = re.compile(r'\b(?:FROM|JOIN)\s+"?(?P<name>\w+)', re.IGNORECASE)
_SQL_BEFORE_TABLE = re.compile(r'\b(?:FROM|JOIN)\s+"?\w*\Z', re.IGNORECASE)


async def _sql(text: str, cursor: int, names: FetchNames) -> CompletionList:
    before = text[:cursor]
    word = _word(before)
    if _SQL_BEFORE_TABLE.search(before):
        tables = await names(NameKind.MEASUREMENT, None, None)
        return _listed(cursor, word, ((each, _sql_name(each), "table") for each in sorted(tables)))
    table = _SQL_TABLE.search(text)
    measurement = table["name"] if table else None
    columns = [
        *(await names(NameKind.FIELD, measurement, None)),
        *(await names(NameKind.TAG, measurement, None)),
        "time",
    ]
    named = [(each, _sql_name(each), "column") for each in sorted(set(columns))]
    words = [(each, each, "keyword") for each in sorted(SQL_KEYWORDS)] if word else []
    return _listed(cursor, word, [*named, *words])


def _sql_name(name: str) -> str:
    is_bare = re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name.upper() not in SQL_KEYWORDS
    return name if is_bare and name.upper() not in KEYWORDS else quote_ident(name)


def _word(before: str) -> str:
    found = _WORD.search(before)
    return found[0] if found else ""


def _listed(
    cursor: int, word: str, found: Iterator[tuple[str, str, str]] | Sequence[tuple[str, str, str]]
) -> CompletionList:
    prefix = word.lower()
    options = [
        Completion(text, label, kind)
        for label, text, kind in found
        if label.lower().startswith(prefix)
    ]
    return CompletionList(cursor - len(word), options[:_MOST])
