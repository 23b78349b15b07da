"""The one exception of the parser, and where in a text it points.

Its first line is, word for word, what the Go implementation says. Lines and characters count as
there: from 1, in Unicode code points.
"""

from __future__ import annotations


class InfluxQLSyntaxError(ValueError):
    r"""Text that is not InfluxQL.

    Attributes:
        message: What the Go implementation says, without the picture that `str()` adds.
        text: The text that was parsed, with line ends made ``\n``.
        offset: Where in `text` the error is, from 0; None where Go doesn't say.
        line: The line, from 1, as `message` names it; None where Go doesn't say.
        char: The character in that line, from 1; it can lie just outside of it.
        found: The token that was there, or the empty string.
        expected: What could have stood there instead.
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
        """The line with the error and a caret under it, or an empty string without a position."""
        if self.line is None or self.char is None or not self.text:
            return ""
        line = self.text.split("\n")[self.line - 1]
        before, at = line[: self.char - 1], min(self.char - 1, len(line))
        start = max(0, at - 60)
        margin = "".join("\t" if char == "\t" else " " for char in before[start:])
        return f"  {line[start : at + 40]}\n  {margin.ljust(at - start)}^"


def position(text: str, offset: int) -> tuple[int, int]:
    """Give the line and the character of an offset, both from 1."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def _restore(state: dict[str, object]) -> InfluxQLSyntaxError:
    """Make an error again from its attributes, for pickle and copy."""
    error = InfluxQLSyntaxError(str(state["message"]))
    error.__dict__.update(state)
    return error
