"""The errors of this package: of text that does not parse, and of statements no server would run.

A value that can't be written in InfluxQL is a plain `ValueError`, or a `TypeError` for its type.
"""

from __future__ import annotations

__all__ = ["InfluxQLSyntaxError", "ValidationError"]


class ValidationError(ValueError):
    """A valid statement that the server refuses; the text is the server's reason."""


class InfluxQLSyntaxError(ValueError):
    r"""Text that is not InfluxQL.

    The first line of its text is, word for word, what the Go implementation says. As there, lines
    and characters count from 1, and a character is a Unicode code point.

    Attributes:
        message: What the Go implementation says, without the picture that `str()` adds.
        text: The text that was parsed, with line ends made ``\n``.
        offset: The position of the error in `text`, from 0; None where Go names none.
        line: The line, from 1, as `message` names it; None where Go names none.
        char: The character in that line, from 1; it can lie just outside of the line.
        found: The token at that position, or an empty text.
        expected: What could stand there instead.
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
        """The line with the error and a caret under it; empty without a position."""
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
