"""The form of each node in JSON: one table for reading and for writing.

libflux writes the type of a node where several kinds of nodes are possible, and omits it where only
one is. It omits some lists if they are empty, and writes others.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from influx_flux import nodes as n


class Form(Enum):
    """The form of a field in JSON."""

    PLAIN = auto()  # text, a number or a boolean, unchanged
    PLAIN_OR_LEFT_OUT = auto()  # the same, but omitted if it is empty
    NUMERAL = auto()  # an integer as text
    DURATION = auto()  # parts of a duration
    COMMENTS = auto()  # comments, omitted if there are none
    NODE = auto()  # one kind of node, without its type
    TYPED = auto()  # one of several kinds of nodes, with its type
    NODES = auto()
    TYPED_LIST = auto()
    FLAT = auto()  # a node whose keys are merged into its parent, without its type
    FLAT_TYPED = auto()  # the same, with its type


@dataclass(frozen=True, slots=True)
class Slot:
    """A field of a node: its name, its key, its form, and the kind of node if there is only one."""

    name: str
    key: str
    form: Form
    kind: type[n.Node] | None = None
    absent: str = "never"  # "null" or "left out": what is written for None or an empty list


@dataclass(frozen=True, slots=True)
class NodeShape:
    """A kind of node: its type, whether that is always written, and its fields."""

    type: str
    slots: tuple[Slot, ...]
    always_typed: bool = False


def _text(name: str, key: str = "") -> Slot:
    return Slot(name, key or name, Form.PLAIN)


def _comments(*names: str) -> tuple[Slot, ...]:
    return tuple(Slot(name.rstrip("_"), name, Form.COMMENTS) for name in names)


def _typed(*names: str) -> tuple[Slot, ...]:
    return tuple(Slot(name, name, Form.TYPED) for name in names)


def _node(name: str, kind: type[n.Node], absent: str = "never", key: str = "") -> Slot:
    return Slot(name, key or name, Form.NODE, kind, absent)


def _nodes(name: str, kind: type[n.Node], absent: str = "never") -> Slot:
    return Slot(name, name, Form.NODES, kind, absent)


def _typed_list(name: str, absent: str = "never") -> Slot:
    return Slot(name, name, Form.TYPED_LIST, None, absent)


_NAME: Final = _node("name", n.Identifier)
_VALUE: Final = (_text("value"),)
_OPERATION: Final = (_text("operator"), *_typed("left", "right"))

SHAPES: Final[dict[type[n.Node], NodeShape]] = {
    n.File: NodeShape(
        "File",
        (
            Slot("name", "name", Form.PLAIN_OR_LEFT_OUT),
            Slot("metadata", "metadata", Form.PLAIN_OR_LEFT_OUT),
            _node("package", n.PackageClause, "null"),
            _nodes("imports", n.ImportDeclaration),
            _typed_list("body"),
            *_comments("eof"),
        ),
        always_typed=True,
    ),
    n.PackageClause: NodeShape("PackageClause", (_NAME,), always_typed=True),
    n.ImportDeclaration: NodeShape(
        "ImportDeclaration",
        (_node("alias", n.Identifier, "null", "as"), _node("path", n.StringLiteral)),
        always_typed=True,
    ),
    n.Attribute: NodeShape("Attribute", (_text("name"), _nodes("params", n.AttributeParameter))),
    n.AttributeParameter: NodeShape("AttributeParam", (*_typed("value"), *_comments("comma"))),
    # Statements
    n.ExpressionStatement: NodeShape("ExpressionStatement", _typed("expression")),
    n.VariableAssignment: NodeShape(
        "VariableAssignment", (_node("id", n.Identifier), *_typed("init"))
    ),
    n.MemberAssignment: NodeShape(
        "MemberAssignment", (_node("member", n.MemberExpression), *_typed("init"))
    ),
    n.OptionStatement: NodeShape("OptionStatement", _typed("assignment")),
    n.ReturnStatement: NodeShape("ReturnStatement", _typed("argument")),
    n.BadStatement: NodeShape("BadStatement", (_text("text"),)),
    n.TestCaseStatement: NodeShape(
        "TestCaseStatement",
        (
            _node("id", n.Identifier),
            _node("extends", n.StringLiteral, "left out"),
            _node("block", n.Block),
        ),
    ),
    n.BuiltinStatement: NodeShape(
        "BuiltinStatement",
        (*_comments("colon"), _node("id", n.Identifier), _node("ty", n.TypeExpression)),
    ),
    n.Block: NodeShape(
        "Block", (*_comments("lbrace", "rbrace"), _typed_list("body")), always_typed=True
    ),
    # Expressions
    n.Identifier: NodeShape("Identifier", (_text("name"),)),
    n.ArrayExpression: NodeShape(
        "ArrayExpression", (*_comments("lbrack", "rbrack"), _nodes("elements", n.ArrayItem))
    ),
    n.ArrayItem: NodeShape("", (Slot("expression", "", Form.FLAT_TYPED), *_comments("comma"))),
    n.DictExpression: NodeShape(
        "DictExpression", (*_comments("lbrack", "rbrack"), _nodes("elements", n.DictItem))
    ),
    n.DictItem: NodeShape("", (*_typed("key", "val"), *_comments("comma"))),
    n.FunctionExpression: NodeShape(
        "FunctionExpression",
        (*_comments("lparen", "rparen", "arrow"), _nodes("params", n.Property), *_typed("body")),
    ),
    n.LogicalExpression: NodeShape("LogicalExpression", _OPERATION),
    n.BinaryExpression: NodeShape("BinaryExpression", _OPERATION),
    n.UnaryExpression: NodeShape("UnaryExpression", (_text("operator"), *_typed("argument"))),
    n.ObjectExpression: NodeShape(
        "ObjectExpression",
        (
            *_comments("lbrace", "rbrace"),
            _node("with_", n.WithSource, "left out", "with"),
            _nodes("properties", n.Property),
        ),
    ),
    n.WithSource: NodeShape(
        "", (Slot("source", "", Form.FLAT, n.Identifier), Slot("with_", "with", Form.COMMENTS))
    ),
    n.Property: NodeShape(
        "Property",
        (
            *_typed("key"),
            *_comments("separator", "comma"),
            Slot("value", "value", Form.TYPED, None, "null"),
        ),
        always_typed=True,
    ),
    n.MemberExpression: NodeShape(
        "MemberExpression", (*_comments("lbrack", "rbrack"), *_typed("object", "property"))
    ),
    n.IndexExpression: NodeShape(
        "IndexExpression", (*_comments("lbrack", "rbrack"), *_typed("array", "index"))
    ),
    n.PipeExpression: NodeShape(
        "PipeExpression", (*_typed("argument"), _node("call", n.CallExpression))
    ),
    n.CallExpression: NodeShape(
        "CallExpression",
        (
            *_comments("lparen", "rparen"),
            *_typed("callee"),
            _typed_list("arguments", "left out"),
        ),
    ),
    n.ConditionalExpression: NodeShape(
        "ConditionalExpression",
        (*_comments("tk_if", "tk_then", "tk_else"), *_typed("test", "consequent", "alternate")),
    ),
    n.StringExpression: NodeShape("StringExpression", (_typed_list("parts"),)),
    n.TextPart: NodeShape("TextPart", _VALUE),
    n.InterpolatedPart: NodeShape("InterpolatedPart", _typed("expression")),
    n.ParenExpression: NodeShape(
        "ParenExpression", (*_comments("lparen", "rparen"), *_typed("expression"))
    ),
    n.BadExpression: NodeShape(
        "BadExpression", (_text("text"), Slot("expression", "expression", Form.TYPED, None, "null"))
    ),
    # Literals
    n.IntegerLiteral: NodeShape("IntegerLiteral", (Slot("value", "value", Form.NUMERAL),)),
    n.UnsignedIntegerLiteral: NodeShape(
        "UnsignedIntegerLiteral", (Slot("value", "value", Form.NUMERAL),)
    ),
    n.FloatLiteral: NodeShape("FloatLiteral", _VALUE),
    n.StringLiteral: NodeShape("StringLiteral", _VALUE),
    n.BooleanLiteral: NodeShape("BooleanLiteral", _VALUE),
    n.DurationLiteral: NodeShape("DurationLiteral", (Slot("values", "values", Form.DURATION),)),
    n.DateTimeLiteral: NodeShape("DateTimeLiteral", _VALUE),
    n.RegexpLiteral: NodeShape("RegexpLiteral", _VALUE),
    n.PipeLiteral: NodeShape("PipeLiteral", ()),
    n.LabelLiteral: NodeShape("LabelLiteral", _VALUE),
    # Types
    n.TypeExpression: NodeShape(
        "TypeExpression",
        (*_typed("monotype"), _nodes("constraints", n.TypeConstraint)),
        always_typed=True,
    ),
    n.TypeConstraint: NodeShape(
        "TypeConstraint",
        (_node("tvar", n.Identifier), _nodes("kinds", n.Identifier)),
        always_typed=True,
    ),
    n.NamedType: NodeShape("NamedType", (_NAME,)),
    n.TvarType: NodeShape("TvarType", (_NAME,)),
    n.ArrayType: NodeShape("ArrayType", _typed("element")),
    n.StreamType: NodeShape("StreamType", _typed("element")),
    n.VectorType: NodeShape("VectorType", _typed("element")),
    n.DynamicType: NodeShape("DynamicType", ()),
    n.DictType: NodeShape("DictType", _typed("key", "val")),
    n.RecordType: NodeShape(
        "RecordType",
        (_node("tvar", n.Identifier, "left out"), _nodes("properties", n.PropertyType)),
    ),
    n.PropertyType: NodeShape("PropertyType", _typed("name", "monotype")),
    n.FunctionType: NodeShape("FunctionType", (_typed_list("parameters"), *_typed("monotype"))),
    n.RequiredParameter: NodeShape("Required", (_NAME, *_typed("monotype"))),
    n.OptionalParameter: NodeShape(
        "Optional", (_NAME, *_typed("monotype"), _node("default", n.LabelLiteral, "null"))
    ),
    n.PipeParameter: NodeShape(
        "Pipe", (_node("name", n.Identifier, "left out"), *_typed("monotype"))
    ),
    n.LabelType: NodeShape("LabelType", _VALUE),
}

BY_TYPE: Final = {shape.type: kind for kind, shape in SHAPES.items() if shape.type}
