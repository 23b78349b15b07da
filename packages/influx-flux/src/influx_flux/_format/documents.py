"""Documents: texts with the places where their lines may break.

Each document has its width on one line, and its width up to the first forced line break. With these
two widths, the printer decides in constant time whether a document fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from influx_flux._text.graphemes import count_graphemes

TOO_WIDE: Final = 1 << 60
"""The width of a document that cannot be written on one line."""


class Doc:
    """A document.

    Attributes:
        flat: The width on one line; TOO_WIDE if the document cannot be on one line.
        lead: The width up to the first forced line break; without one, the whole width.
        breaks: Whether there is a forced line break.
    """

    __slots__ = ("breaks", "flat", "lead")

    def __init__(self, flat: int, lead: int, breaks: bool) -> None:
        self.flat = flat
        self.lead = lead
        self.breaks = breaks


class Text(Doc):
    """A text that the layout does not break."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        width = len(text) if text.isascii() else count_graphemes(text)
        super().__init__(width, width, False)
        self.text = text


class Break(Doc):
    """A forced line break; `keep_indent` is false inside strings, which continue at column 1."""

    __slots__ = ("keep_indent",)

    def __init__(self, keep_indent: bool = True) -> None:
        super().__init__(TOO_WIDE, 0, True)
        self.keep_indent = keep_indent


class Fail(Doc):
    """A document that never fits, so that the printer rejects a layout that contains it."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(TOO_WIDE, TOO_WIDE, False)


class Concat(Doc):
    """Documents one after another."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Doc]) -> None:
        self.parts = parts
        flat = lead = 0
        breaks = False
        for part in parts:
            flat += part.flat
            if not breaks:
                lead += part.lead
                breaks = part.breaks
        super().__init__(min(flat, TOO_WIDE), min(lead, TOO_WIDE), breaks)


class Choice(Doc):
    """A choice of two documents: one if lines break, the other on one line."""

    __slots__ = ("broken", "flat_doc")

    def __init__(self, broken: Doc, flat: Doc) -> None:
        super().__init__(flat.flat, broken.lead, broken.breaks)
        self.broken = broken
        self.flat_doc = flat


class Group(Doc):
    """A document that is on one line if it fits; otherwise all of its lines break."""

    __slots__ = ("doc",)

    def __init__(self, doc: Doc) -> None:
        super().__init__(doc.flat, doc.lead, doc.breaks)
        self.doc = doc


class Nest(Doc):
    """A document whose lines are indented by one more step."""

    __slots__ = ("doc",)

    def __init__(self, doc: Doc) -> None:
        super().__init__(doc.flat, doc.lead, doc.breaks)
        self.doc = doc


class Union(Doc):
    """The first of two layouts if it fits, else the second."""

    __slots__ = ("left", "right")

    def __init__(self, left: Doc, right: Doc) -> None:
        super().__init__(right.flat, right.lead, right.breaks)
        self.left = left
        self.right = right


NIL: Final[Doc] = Concat(())
SPACE: Final[Doc] = Text(" ")
HARDLINE: Final[Doc] = Break()
STRING_LINE: Final[Doc] = Break(keep_indent=False)
LINE: Final[Doc] = Choice(HARDLINE, SPACE)
LINE_OR_NOTHING: Final[Doc] = Choice(HARDLINE, NIL)
SOFT_LINE: Final[Doc] = Group(LINE)
TRAILING_COMMA: Final[Doc] = Choice(Text(","), NIL)
ONE_LINE_ONLY: Final[Doc] = Choice(Fail(), NIL)


def concat(*parts: Doc | str) -> Doc:
    """Join documents and texts."""
    docs = [Text(part) if isinstance(part, str) else part for part in parts if part is not NIL]
    return docs[0] if len(docs) == 1 else Concat(docs) if docs else NIL


def join(docs: Iterable[Doc], separator: Doc) -> Doc:
    """Join documents with a separator between them."""
    parts: list[Doc] = []
    for doc in docs:
        if parts:
            parts.append(separator)
        parts.append(doc)
    return Concat(parts)
