"""Chooses the line breaks of a document, and writes it.

The printer works like Wadler's, with unions: it tries a layout, and abandons it at the first line
that is too wide. The results of unions are cached by position, so that nested unions do not take
exponential time.
"""

from __future__ import annotations

from typing import Final

from influx_flux._format.documents import (
    TOO_WIDE,
    Break,
    Choice,
    Concat,
    Doc,
    Group,
    Nest,
    Text,
    Union,
)

WIDTH: Final = 100
INDENT: Final = 4


class _Cell:
    """A linked list of the documents that are still to be written.

    `lead` is the width from here to the first forced line break.
    """

    __slots__ = ("after", "doc", "indent", "lead")

    lead: int

    def __init__(self, doc: Doc, indent: int, after: _Cell | None) -> None:
        self.doc = doc
        self.indent = indent
        self.after = after
        lead = doc.lead
        if not doc.breaks and after is not None:
            lead = min(lead + after.lead, TOO_WIDE)
        self.lead = lead


class _LayoutEnd(Doc):
    """Marks the end of a layout of a union."""

    __slots__ = ("attempt",)

    def __init__(self, attempt: _UnionAttempt) -> None:
        super().__init__(0, 0, False)
        self.attempt = attempt


_Key = tuple[int, int, int, int]


class _UnionAttempt:
    """An attempt to write a union at a position; `second` is true for its second layout."""

    __slots__ = ("cell", "key", "pieces", "position", "second")

    def __init__(self, cell: _Cell, key: _Key, position: int, pieces: int) -> None:
        self.cell = cell
        self.key = key
        self.position = position
        self.pieces = pieces
        self.second = False


class _Printer:
    def __init__(self, doc: Doc) -> None:
        self.cell: _Cell | None = _Cell(doc, 0, None)
        self.position = 0
        self.pieces: list[str] = []
        self.attempts: list[_UnionAttempt] = []
        self.strict = 0  # the number of attempts with the first layout, whose lines must all fit
        self.known: dict[_Key, tuple[str, int] | None] = {}

    def run(self) -> str:
        while self.cell is not None:
            cell = self.cell
            self.cell = cell.after
            if not self._write(cell) and self.strict:
                self._back()
        return "".join(self.pieces)

    def _write(self, cell: _Cell) -> bool:
        """Write a document; return False if it does not fit."""
        doc, indent = cell.doc, cell.indent
        match doc:
            case Text():
                self.pieces.append(doc.text)
                self.position += doc.flat
                return self.position <= WIDTH
            case Concat():
                after = self.cell
                for part in reversed(doc.parts):
                    after = _Cell(part, indent, after)
                self.cell = after
            case Break():
                indent = indent if doc.keep_indent else 0
                self.pieces.append("\n" + " " * indent)
                self.position = indent
            case Group():
                if self._fits(doc):
                    return self._write_flat(doc)
                self._push(doc.doc, indent)
            case Nest():
                self._push(doc.doc, indent + INDENT)
            case Choice():
                self._push(doc.broken, indent)
            case Union():
                return self._try(doc, cell)
            case _LayoutEnd():
                self._succeed(doc.attempt)
            case _:
                return False
        return True

    def _push(self, doc: Doc, indent: int) -> None:
        self.cell = _Cell(doc, indent, self.cell)

    def _rest(self) -> int:
        return self.cell.lead if self.cell is not None else 0

    def _fits(self, doc: Doc) -> bool:
        wide = doc.flat + self._rest()
        return not wide or self.position + wide <= WIDTH

    def _write_flat(self, doc: Doc) -> bool:
        """Write a document on one line."""
        self.pieces.extend(flat_pieces(doc))
        self.position += doc.flat
        return self.position <= WIDTH

    def _try(self, doc: Union, cell: _Cell) -> bool:
        """Start to write the first layout of a union, or use its cached result."""
        key = (id(doc), cell.indent, self.position, self._rest())
        if self.strict and key in self.known:
            known = self.known[key]
            if known is None:
                return False
            self.pieces.append(known[0])
            self.position = known[1]
            return True
        attempt = _UnionAttempt(cell, key, self.position, len(self.pieces))
        self.attempts.append(attempt)
        self.strict += 1
        self._push(_LayoutEnd(attempt), cell.indent)
        self._push(doc.left, cell.indent)
        return True

    def _succeed(self, attempt: _UnionAttempt) -> None:
        self.attempts.pop()
        if not attempt.second:
            self.strict -= 1
        if self.strict:
            text = "".join(self.pieces[attempt.pieces :])
            self.known[attempt.key] = (text, self.position)

    def _back(self) -> None:
        """Undo the output up to the last union with an untried layout, and start that layout."""
        while True:
            attempt = self.attempts[-1]
            del self.pieces[attempt.pieces :]
            self.position = attempt.position
            if not attempt.second:
                self._second(attempt)
                return
            self.attempts.pop()
            self.known[attempt.key] = None

    def _second(self, attempt: _UnionAttempt) -> None:
        attempt.second = True
        self.strict -= 1
        doc = attempt.cell.doc
        assert isinstance(doc, Union)
        self.cell = attempt.cell.after
        self._push(_LayoutEnd(attempt), attempt.cell.indent)
        self._push(doc.right, attempt.cell.indent)


def flat_pieces(doc: Doc) -> list[str]:
    """Return the texts of a document on one line."""
    pieces: list[str] = []
    pending = [doc]
    while pending:
        current = pending.pop()
        match current:
            case Text():
                pieces.append(current.text)
            case Concat():
                pending.extend(reversed(current.parts))
            case Group() | Nest():
                pending.append(current.doc)
            case Choice():
                pending.append(current.flat_doc)
            case Union():
                pending.append(current.right)
            case _:
                raise AssertionError("a line break cannot be on one line")
    return pieces


def render(doc: Doc) -> str:
    """Return the text of a document, with lines of at most 100 characters where possible."""
    return _Printer(Group(doc)).run()
