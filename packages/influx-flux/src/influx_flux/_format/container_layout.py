"""Writes arrays, dictionaries, records, functions and strings with interpolation."""

from __future__ import annotations

from influx_flux._format.dispatch import bare_document, document, hanging, hangs, writes
from influx_flux._format.documents import (
    HARDLINE,
    LINE,
    LINE_OR_NOTHING,
    NIL,
    SOFT_LINE,
    SPACE,
    Doc,
    Group,
    Nest,
    Text,
    concat,
    join,
)
from influx_flux._format.hanging import Affix, Hanging
from influx_flux._format.lists import (
    MULTILINE,
    comma_list,
    comments,
    indented_comments,
    item_list,
    line,
    line_or_nothing,
)
from influx_flux._format.literal_layout import identifier, property_key, text_lines
from influx_flux._format.precedence import without_parentheses
from influx_flux._text.quoting import escape_text
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    ArrayExpression,
    Block,
    DictExpression,
    FunctionExpression,
    ObjectExpression,
    Property,
    StringExpression,
    TextPart,
    WithSource,
)


@hangs(ArrayExpression)
def _array(node: ArrayExpression) -> Step[Hanging]:
    items: list[Doc] = []
    for item in node.elements:
        doc: Doc = yield document(item.expression)
        items.append(concat(doc, comments(item.comma)))
    brackets = item_list("[", "]", node.rbrack, items, nest=False)
    return brackets.within(Affix(comments(node.lbrack), nest=True))


@writes(DictExpression)
def _dict(node: DictExpression) -> Step[Doc]:
    multiline = "\n" in ((node.location.source if node.location else None) or "")
    items: list[Doc] = []
    for item in node.elements:
        key: Doc = yield document(item.key)
        value: Doc = yield document(item.val)
        items.append(concat(key, ": ", value, comments(item.comma)))
    inner = comma_list(items, line(broken=multiline)) if items else Text(":")
    body = Nest(concat(LINE_OR_NOTHING, inner, comments(node.rbrack)))
    return concat(comments(node.lbrack), "[", body, LINE_OR_NOTHING, "]")


@hangs(ObjectExpression)
def _object(node: ObjectExpression) -> Step[Hanging]:
    return (yield braces(node, "{", "}"))


def braces(node: ObjectExpression, opening: str, closing: str) -> Step[Hanging]:
    """Return the properties of a record or the arguments of a call, between the given brackets."""
    broken = len(node.properties) > MULTILINE
    outer = line_or_nothing(broken=broken)
    properties: list[Doc] = []
    for item in node.properties:
        doc: Doc = yield _property(item)
        properties.append(concat(doc, indented_comments(item.comma)))
    separator = line(broken=broken)
    start = _with(node.with_, separator) if node.with_ else outer
    body = concat(start, comma_list(properties, separator), indented_comments(node.rbrace))
    before = concat(comments(node.lbrace), opening)
    return Hanging([Affix(before, concat(outer, closing), nest=True)], body)


def _with(node: WithSource, separator: Doc) -> Doc:
    space = NIL if node.with_ else SPACE
    return Group(concat(identifier(node.source), comments(node.with_), space, "with", separator))


def _property(node: Property) -> Step[Doc]:
    key = property_key(node.key)
    if node.value is None:
        return key
    value: Hanging = yield hanging(node.value)
    before = concat(key, indented_comments(node.separator), ":")
    return value.after(LINE).within(Affix(before, nest=True)).document()


@hangs(FunctionExpression)
def _function(node: FunctionExpression) -> Step[Hanging]:
    head: Doc = yield _function_head(node)
    outer = Affix(comments(node.lparen), nest=True)
    if isinstance(node.body, Block):
        body: Hanging = yield block(node.body)
        return body.after(LINE).within(Affix(head, nest=True), outer)
    inner = without_parentheses(node.body)
    doc: Doc = yield document(inner)
    if isinstance(inner, ObjectExpression):
        doc = Group(concat("(", doc, ")"))
    return Hanging([Affix(head), outer], concat(LINE, doc))


def _function_head(node: FunctionExpression) -> Step[Doc]:
    broken = len(node.params) > MULTILINE
    outer = line_or_nothing(broken=broken)
    params: list[Doc] = []
    for item in node.params:
        doc: Doc = yield _parameter(item)
        params.append(concat(doc, comments(item.comma)))
    inner = Nest(concat(outer, comma_list(params, line(broken=broken))))
    return Group(
        concat(
            "(",
            inner,
            outer,
            comments(node.rparen),
            ")",
            NIL if node.arrow else SOFT_LINE,
            indented_comments(node.arrow),
            "=>",
        )
    )


def _parameter(node: Property) -> Step[Doc]:
    key = property_key(node.key)
    if node.value is None:
        return key
    value: Hanging = yield hanging(node.value)
    before = concat(key, comments(node.separator), "=")
    return value.within(Affix(before, nest=True)).document()


def block(node: Block) -> Step[Hanging]:
    """Return statements in braces."""
    statements: Doc = yield bare_document(node)
    before = concat(comments(node.lbrace), "{")
    body = concat(HARDLINE, statements, comments(node.rbrace))
    return Hanging([Affix(before, concat(HARDLINE, "}"))], body)


@hangs(StringExpression)
def _string_expression(node: StringExpression) -> Step[Hanging]:
    parts: list[Doc] = []
    for part in node.parts:
        if isinstance(part, TextPart):
            parts.append(_text(part))
        else:
            doc: Doc = yield document(part.expression)
            parts.append(concat("${", doc, "}"))
    before = concat(comments(node.comments), '"')
    return Hanging([Affix(before, Text('"'), nest=True)], join(parts, NIL))


def _text(node: TextPart) -> Doc:
    return text_lines([escape_text(text) for text in node.value.split("\n")])
