"""Hanging documents: a body with affixes, the texts before and after it.

`f = (r) => ({a: 1})` has the affixes `f =`, `(r) =>`, `(` and `{`. As many affixes as fit are on
the first line; the rest is indented. The first layout to be tried has all affixes on the first
line, the last one only the outermost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from influx_flux._format.documents import (
    NIL,
    ONE_LINE_ONLY,
    Concat,
    Doc,
    Group,
    Nest,
    Union,
    concat,
)


@dataclass(frozen=True, slots=True)
class Affix:
    """The documents before and after a body; `nest` means that the lines of both are indented."""

    before: Doc
    after: Doc = NIL
    nest: bool = False


@dataclass(frozen=True, slots=True)
class Hanging:
    """A body with its affixes, the innermost first."""

    affixes: list[Affix]
    body: Doc

    def within(self, *affixes: Affix) -> Hanging:
        """Return this document with more affixes around it."""
        return Hanging([*self.affixes, *affixes], self.body)

    def after(self, doc: Doc) -> Hanging:
        """Return this document after another one, which becomes part of the outermost affix."""
        if not self.affixes:
            return Hanging([], concat(doc, self.body))
        last = self.affixes[-1]
        outer = Affix(concat(doc, last.before), last.after, last.nest)
        return Hanging([*self.affixes[:-1], outer], self.body)

    def document(self) -> Doc:
        """Return the union of all layouts."""
        return lay_out(self.affixes[::-1], self.body)


def lay_out(affixes: Sequence[Affix], body: Doc) -> Doc:
    """Return the union of the layouts of a body with its affixes, the outermost first."""
    if not affixes:
        return body
    result = _layout(affixes, len(affixes), body)
    for split in range(len(affixes) - 1, 0, -1):
        result = Union(result, _layout(affixes, split, body))
    return result


def _layout(affixes: Sequence[Affix], split: int, body: Doc) -> Doc:
    """Return the layout with `split` affixes on the first line."""
    first, rest = affixes[:split], affixes[split:]
    last = split == 1
    head = Group(Concat([*(item.before for item in first), *([] if last else [ONE_LINE_ONLY])]))
    nothing_before = not last and all(item.before is NIL for item in first)
    inner = Nest(concat(body, ONE_LINE_ONLY) if nothing_before else body)
    tail = _wrap(rest, Concat([inner, *(item.after for item in rest)]))
    return Concat([head, Group(Concat([tail, *(item.after for item in first)]))])


def _wrap(affixes: Sequence[Affix], body: Doc) -> Doc:
    for affix in reversed(affixes):
        body = concat(affix.before, body)
        body = Group(Nest(body) if affix.nest else body)
    return body
