"""The expressions of Flux."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from influx_flux.nodes.literal_nodes import Literal, StringLiteral
from influx_flux.nodes.node import Comments, Node, trivia

if TYPE_CHECKING:
    from influx_flux.nodes.statement_nodes import Block


@dataclass(frozen=True, slots=True, eq=False)
class Identifier(Node):
    """A name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class ArrayItem(Node):
    """An element of an array, with the comments before the comma after it."""

    expression: Expression
    comma: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class ArrayExpression(Node):
    """`[a, b]`."""

    elements: tuple[ArrayItem, ...]
    lbrack: Comments = trivia()
    rbrack: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class DictItem(Node):
    """A key and a value of a dictionary, with the comments before the comma after them."""

    key: Expression
    val: Expression
    comma: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class DictExpression(Node):
    """`["a": 1]`; the empty one is `[:]`."""

    elements: tuple[DictItem, ...]
    lbrack: Comments = trivia()
    rbrack: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class Property(Node):
    """A key and value of a record, an argument or a parameter; in `{a}`, the value is None."""

    key: PropertyKey
    value: Expression | None = None
    separator: Comments = trivia()
    comma: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class WithSource(Node):
    """The record that a record expression extends: `r` in `{r with a: 1}`."""

    source: Identifier
    with_: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class ObjectExpression(Node):
    """A record, or the arguments of a call."""

    properties: tuple[Property, ...]
    with_: WithSource | None = None
    lbrace: Comments = trivia()
    rbrace: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class FunctionExpression(Node):
    """`(a, b=1, tables=<-) => body`."""

    params: tuple[Property, ...]
    body: Block | Expression
    lparen: Comments = trivia()
    rparen: Comments = trivia()
    arrow: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class CallExpression(Node):
    """A call; it has no arguments, or one record of arguments."""

    callee: Expression
    arguments: tuple[Expression, ...] = ()
    lparen: Comments = trivia()
    rparen: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class PipeExpression(Node):
    """`argument |> call`."""

    argument: Expression
    call: CallExpression


@dataclass(frozen=True, slots=True, eq=False)
class MemberExpression(Node):
    """`object.property` or `object["property"]`."""

    object: Expression
    property: PropertyKey
    lbrack: Comments = trivia()
    rbrack: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class IndexExpression(Node):
    """`array[index]`."""

    array: Expression
    index: Expression
    lbrack: Comments = trivia()
    rbrack: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class UnaryExpression(Node):
    """`-`, `+`, `not` or `exists` before an argument."""

    operator: str
    argument: Expression


@dataclass(frozen=True, slots=True, eq=False)
class BinaryExpression(Node):
    """Arithmetic, or a comparison."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class LogicalExpression(Node):
    """`and` or `or`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalExpression(Node):
    """`if test then consequent else alternate`."""

    test: Expression
    consequent: Expression
    alternate: Expression
    tk_if: Comments = trivia()
    tk_then: Comments = trivia()
    tk_else: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class TextPart(Node):
    """The text between interpolations; `value` is the text after unescaping."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class InterpolatedPart(Node):
    """`${expression}` in a string."""

    expression: Expression


@dataclass(frozen=True, slots=True, eq=False)
class StringExpression(Node):
    """A string with interpolation."""

    parts: tuple[TextPart | InterpolatedPart, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ParenExpression(Node):
    """An expression in parentheses."""

    expression: Expression
    lparen: Comments = trivia()
    rparen: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class BadExpression(Node):
    """A part of the text that is not a valid expression; `text` is the reason."""

    text: str
    expression: Expression | None = None


PropertyKey: TypeAlias = Identifier | StringLiteral

Expression: TypeAlias = (
    Identifier
    | ArrayExpression
    | DictExpression
    | FunctionExpression
    | LogicalExpression
    | ObjectExpression
    | MemberExpression
    | IndexExpression
    | BinaryExpression
    | UnaryExpression
    | PipeExpression
    | CallExpression
    | ConditionalExpression
    | StringExpression
    | ParenExpression
    | BadExpression
    | Literal
)
