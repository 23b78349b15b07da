"""Writes operations, calls, members, conditionals and parentheses."""

from __future__ import annotations

from influx_flux._format.container_layout import braces
from influx_flux._format.dispatch import document, documents, hangs, writes
from influx_flux._format.documents import (
    HARDLINE,
    LINE,
    NIL,
    SPACE,
    Concat,
    Doc,
    Group,
    Nest,
    Text,
    concat,
)
from influx_flux._format.hanging import Affix, Hanging
from influx_flux._format.lists import comments, indented_comments, item_list
from influx_flux._format.literal_layout import identifier, string
from influx_flux._format.precedence import keeps_parentheses, needs_parentheses
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    BinaryExpression,
    CallExpression,
    ConditionalExpression,
    Expression,
    Identifier,
    IndexExpression,
    Location,
    LogicalExpression,
    MemberExpression,
    Node,
    ObjectExpression,
    ParenExpression,
    PipeExpression,
    UnaryExpression,
)


def operand(parent: Node, child: Expression, *, right: bool = False) -> Step[Doc]:
    """Return the document of an operand, in parentheses if it needs them."""
    doc: Doc = yield document(child)
    if needs_parentheses(parent, child, right=right) and not keeps_parentheses(child):
        return concat("(", doc, ")")
    return doc


def line_of(node: Node) -> Doc:
    """Return the line break inside a node; it is forced if the original text had one."""
    return HARDLINE if is_multiline(node.location) else LINE


def is_multiline(location: Location | None) -> bool:
    """Return whether a location extends over more than one line."""
    return location is not None and location.start.line != location.end.line


@writes(ParenExpression)
def _paren(node: ParenExpression) -> Step[Doc]:
    inner: Doc = yield document(node.expression)
    if not keeps_parentheses(node):
        return inner
    return concat(comments(node.lparen), "(", inner, indented_comments(node.rparen), ")")


@writes(UnaryExpression)
def _unary(node: UnaryExpression) -> Step[Doc]:
    space = NIL if node.operator in ("+", "-") else SPACE
    argument: Doc = yield operand(node, node.argument)
    return concat(comments(node.comments), node.operator, space, argument)


@writes(BinaryExpression, LogicalExpression)
def _operation(node: BinaryExpression | LogicalExpression) -> Step[Doc]:
    first: Doc = yield operand(node, node.left)
    rest: list[Doc] = []
    parent: BinaryExpression | LogicalExpression = node
    while isinstance(parent.right, BinaryExpression):
        # libflux writes no parentheses around an operation on the right.
        rest.append(_operator(parent))
        rest.append((yield operand(parent.right, parent.right.left)))
        parent = parent.right
    rest.append(_operator(parent))
    rest.append((yield operand(parent, parent.right, right=True)))
    return Group(concat(first, Nest(Concat(rest))))


def _operator(node: BinaryExpression | LogicalExpression) -> Doc:
    return Group(concat(LINE, comments(node.comments), node.operator, LINE))


@writes(PipeExpression)
def _pipes(node: PipeExpression) -> Step[Doc]:
    line = line_of(node)
    calls: list[Doc] = []
    argument: Expression = node
    while isinstance(argument, PipeExpression):
        call: Doc = yield operand(argument, argument.call, right=True)
        calls.append(Group(concat(comments(argument.comments), "|> ", Group(call))))
        node, argument = argument, argument.argument
    first: Doc = yield operand(node, argument)
    rest = [part for call in reversed(calls) for part in (line, call)]
    return Group(concat(Group(first), Nest(Concat(rest))))


@writes(MemberExpression)
def _member(node: MemberExpression) -> Step[Doc]:
    # Members of members are written in a loop from the left, so their number is not limited.
    suffixes: list[Doc] = []
    current: MemberExpression = node
    while True:
        suffixes.append(_member_suffix(current))
        if not isinstance(current.object, MemberExpression):
            break
        current = current.object
    doc: Doc = yield operand(current, current.object)
    for suffix in reversed(suffixes):
        doc = concat(doc, suffix)
    return doc


def _member_suffix(node: MemberExpression) -> Doc:
    if isinstance(node.property, Identifier):
        return concat(indented_comments(node.lbrack), ".", identifier(node.property))
    opening = concat(comments(node.lbrack), "[", string(node.property))
    return concat(opening, indented_comments(node.rbrack), "]")


@hangs(IndexExpression)
def _index(node: IndexExpression) -> Step[Hanging]:
    array: Doc = yield operand(node, node.array)
    index: Doc = yield document(node.index)
    before = concat(array, comments(node.lbrack), "[")
    after = concat(comments(node.rbrack), "]")
    return Hanging([Affix(before, after, nest=True)], index)


@writes(CallExpression)
def _call(node: CallExpression) -> Step[Doc]:
    callee: Doc = yield operand(node, node.callee)
    arguments: Doc = yield _arguments(node)
    return Group(concat(callee, indented_comments(node.lparen), arguments))


def _arguments(node: CallExpression) -> Step[Doc]:
    if len(node.arguments) == 1 and isinstance(node.arguments[0], ObjectExpression):
        record: Hanging = yield braces(node.arguments[0], "", "")
        return concat("(", record.document(), comments(node.rparen), ")")
    items: list[Doc] = yield documents(node.arguments)
    return item_list("(", ")", node.rparen, items).document()


@writes(ConditionalExpression)
def _conditional(node: ConditionalExpression) -> Step[Doc]:
    line = line_of(node)
    parts: list[Doc] = [(yield _condition(node, "if ")), (yield _branch(node.consequent, line))]
    parts.extend((line, comments(node.tk_else)))
    last = node
    while isinstance(last.alternate, ConditionalExpression):
        last = last.alternate
        parts.append((yield _else_if(last)))
        parts.append((yield _branch(last.consequent, line)))
        parts.extend((line, comments(last.tk_else)))
    parts.extend((Text("else"), (yield _branch(last.alternate, line))))
    return concat(comments(node.tk_if), Group(Concat(parts)))


def _condition(node: ConditionalExpression, keyword: str) -> Step[Doc]:
    test: Doc = yield document(node.test)
    space = NIL if node.tk_then else LINE
    return Group(concat(keyword, Nest(test), comments(node.tk_then), space, "then"))


def _else_if(node: ConditionalExpression) -> Step[Doc]:
    test: Doc = yield document(node.test)
    return concat(comments(node.tk_if), "else if ", Nest(test), comments(node.tk_then), " then")


def _branch(node: Expression, line: Doc) -> Step[Doc]:
    return Nest(concat(line, (yield document(node))))
