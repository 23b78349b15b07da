"""Lists of items with commas, and comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from influx_flux._format.documents import (
    HARDLINE,
    LINE,
    LINE_OR_NOTHING,
    NIL,
    TRAILING_COMMA,
    Concat,
    Doc,
    Group,
    Nest,
    Text,
    concat,
    join,
)
from influx_flux._format.hanging import Affix, Hanging
from influx_flux.nodes import Comments

MULTILINE: Final = 4
"""The most items of a list on one line; with more, each item has its own line."""

_COMMA: Final = Text(",")


def line(*, broken: bool) -> Doc:
    """Return a line break; unless `broken`, it is a space on one line."""
    return HARDLINE if broken else LINE


def line_or_nothing(*, broken: bool) -> Doc:
    """Return a line break; unless `broken`, it is nothing on one line."""
    return HARDLINE if broken else LINE_OR_NOTHING


def comma_list(docs: Iterable[Doc], separator: Doc) -> Doc:
    """Return items with commas; if the lines break, a comma also follows the last item."""
    items = [Group(doc) for doc in docs]
    if not items:
        return NIL
    return concat(join(items, concat(_COMMA, separator)), TRAILING_COMMA)


def plain_comma_list(docs: Iterable[Doc], separator: Doc) -> Doc:
    """Return items with commas between them, and none at the end."""
    return join(docs, concat(_COMMA, separator))


def item_list(
    opening: str, closing: str, trailing: Comments, items: Sequence[Doc], *, nest: bool = True
) -> Hanging:
    """Return a list in brackets."""
    broken = len(items) > MULTILINE
    outer = line_or_nothing(broken=broken)
    body = concat(outer, comma_list(items, line(broken=broken)))
    after = concat(comments(trailing) if trailing else outer, closing)
    return Hanging([Affix(Text(opening), after, nest=nest)], body)


def comments(texts: Comments) -> Doc:
    """Return comments, each with a line break."""
    if not texts:
        return NIL
    return Concat([join(map(Text, text.split("\n")), HARDLINE) for text in texts])


def indented_comments(texts: Comments) -> Doc:
    """Return comments on their own, indented lines."""
    return Nest(concat(LINE, comments(texts))) if texts else NIL
