"""The errors of this package: syntax errors, and statements that the server would refuse.

A value that can't be written in InfluxQL raises a plain `ValueError`; a value of a wrong type
raises a plain `TypeError`.
"""

from __future__ import annotations

__all__ = ["InfluxQLSyntaxError", "ValidationError"]


class ValidationError(ValueError):
    """A statement that parses but that the server would refuse; the text is the server's error."""


class InfluxQLSyntaxError(ValueError):
    r"""Text that is not InfluxQL.

    The first line of the text is the exact message of the Go implementation. As in Go, lines and
    characters count from 1, and a character is a Unicode code point.

    Attributes:
        message: The message of the Go implementation, without the excerpt that `str()` adds.
        text: The text given to the parser, with every line ending replaced by ``\n``.
        offset: The position of the error in `text`, from 0; None if Go reports no position.
        line: The line in `message`, from 1; None if Go reports no position.
        char: The character in that line, from 1; it can be one position outside the line.
        found: The token at that position, or an empty text.
        expected: The tokens that would be valid at that position.
    """

    def __init__(
        self,
        message: str,
        text: str = "",
        offset: int | None = None,
        *,
        found: str = "",
        expected: tuple[str, ...] = (),
    ) -> None:
        self.text = text
        self.offset = offset
        self.found = found
        self.expected = expected
        self.line: int | None = None
        self.char: int | None = None
        if offset is not None:
            self.line, self.char = position(text, offset)
            message = f"{message} at line {self.line}, char {self.char}"
        self.message = message
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (self.__dict__,)

    def __str__(self) -> str:
        picture = self.picture
        return f"{self.message}\n{picture}" if picture else self.message

    @property
    def picture(self) -> str:
        """The line with the error, and a caret under the position; empty without a position."""
        if self.line is None or self.char is None or not self.text:
            return ""
        line = self.text.split("\n")[self.line - 1]
        before, at = line[: self.char - 1], min(self.char - 1, len(line))
        start = max(0, at - 60)
        margin = "".join("\t" if char == "\t" else " " for char in before[start:])
        return f"  {line[start : at + 40]}\n  {margin.ljust(at - start)}^"


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the character of an offset, both from 1."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def _restore(state: dict[str, object]) -> InfluxQLSyntaxError:
    """Return an error made from its attributes, for pickle and copy."""
    error = InfluxQLSyntaxError(str(state["message"]))
    error.__dict__.update(state)
    return error
