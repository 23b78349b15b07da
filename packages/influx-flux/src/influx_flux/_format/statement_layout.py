"""Writes statements, and the file around them."""

from __future__ import annotations

from influx_flux._format.container_layout import block
from influx_flux._format.dispatch import bare_document, document, documents, hanging, writes
from influx_flux._format.documents import (
    HARDLINE,
    LINE,
    NIL,
    Concat,
    Doc,
    Group,
    Nest,
    Text,
    concat,
    join,
)
from influx_flux._format.hanging import Affix, Hanging
from influx_flux._format.leading_comments import starts_with_comment
from influx_flux._format.lists import comments, indented_comments, item_list
from influx_flux._format.literal_layout import identifier, string
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    Attribute,
    Base,
    Block,
    BuiltinStatement,
    Expression,
    ExpressionStatement,
    File,
    ImportDeclaration,
    MemberAssignment,
    OptionStatement,
    PackageClause,
    ReturnStatement,
    Statement,
    TestCaseStatement,
    VariableAssignment,
)


@writes(File)
def _file(node: File) -> Step[Doc]:
    parts: list[Doc] = []
    if node.package is not None and node.package.name.name:
        parts.append((yield _package(node.package)))
        if node.imports or node.body:
            parts.append(concat(HARDLINE, HARDLINE))
    imports: list[Doc] = yield documents(node.imports)
    parts.append(join(imports, HARDLINE))
    if node.imports and node.body:
        parts.append(concat(HARDLINE, HARDLINE))
    parts.append((yield _statement_list(node.body)))
    if node.eof:
        parts.append(comments(node.eof))
    return Concat(parts)


def _package(node: PackageClause) -> Step[Doc]:
    attributes: Doc = yield _attributes(node.base)
    return concat(attributes, comments(node.comments), "package ", identifier(node.name), HARDLINE)


@writes(ImportDeclaration)
def _import(node: ImportDeclaration) -> Step[Doc]:
    attributes: Doc = yield _attributes(node.base)
    alias = NIL
    if node.alias is not None and node.alias.name:
        alias = concat(identifier(node.alias), " ")
    return concat(attributes, comments(node.comments), "import ", alias, string(node.path))


def _attributes(base: Base) -> Step[Doc]:
    docs: list[Doc] = []
    for item in base.attributes:
        docs.append((yield _attribute(item)))
        docs.append(HARDLINE)
    return Concat(docs)


def _attribute(node: Attribute) -> Step[Doc]:
    name = concat(comments(node.comments), f"@{node.name}")
    if not node.params:
        return name
    params: list[Doc] = []
    for item in node.params:
        value: Doc = yield document(item.value)
        params.append(concat(value, comments(item.comma)))
    return concat(name, item_list("(", ")", (), params).document())


@writes(Block)
def _block(node: Block) -> Step[Doc]:
    return (yield _statement_list(node.body))


def _statement_list(statements: tuple[Statement, ...]) -> Step[Doc]:
    docs: list[Doc] = []
    before: Statement | None = None
    for statement in statements:
        attributes: Doc = yield _attributes(statement.base)
        doc: Doc = yield document(statement)
        blank = HARDLINE if before and _stands_apart(before, statement) else NIL
        docs.append(concat(blank, attributes, doc))
        before = statement
    return join(docs, HARDLINE)


def _stands_apart(before: Statement, statement: Statement) -> bool:
    """Return whether an empty line separates two statements."""
    if type(before) is not type(statement) or starts_with_comment(statement):
        return True
    above, below = before.location, statement.location
    if above is None or below is None:
        return False
    return below.start.line - above.end.line > 1


@writes(ExpressionStatement)
def _expression(node: ExpressionStatement) -> Step[Doc]:
    return (yield document(node.expression))


@writes(VariableAssignment)
def _variable(node: VariableAssignment) -> Step[Doc]:
    before = concat(node.id.name, indented_comments(node.comments), " =")
    return concat(comments(node.id.comments), (yield _assigned(before, node.init)))


@writes(MemberAssignment)
def _member(node: MemberAssignment) -> Step[Doc]:
    member: Doc = yield bare_document(node.member)
    before = concat(member, indented_comments(node.comments), " =")
    return (yield _assigned(before, node.init))


def _assigned(before: Doc, init: Expression) -> Step[Doc]:
    value: Hanging = yield hanging(init)
    return value.after(LINE).within(Affix(before, nest=True)).document()


@writes(OptionStatement)
def _option(node: OptionStatement) -> Step[Doc]:
    assignment = node.assignment
    if isinstance(assignment, VariableAssignment):
        name = identifier(assignment.id)
        before = concat(name, indented_comments(assignment.comments), " =")
        doc: Doc = yield _assigned(before, assignment.init)
    else:
        doc = yield _member(assignment)
    return concat(comments(node.comments), "option ", doc)


@writes(ReturnStatement)
def _return(node: ReturnStatement) -> Step[Doc]:
    return (yield _assigned(concat(comments(node.comments), "return"), node.argument))


@writes(TestCaseStatement)
def _testcase(node: TestCaseStatement) -> Step[Doc]:
    extends = NIL
    if node.extends is not None:
        extends = concat(LINE, "extends", LINE, string(node.extends))
    before = concat("testcase", LINE, identifier(node.id), extends, LINE)
    body: Hanging = yield block(node.block)
    # libflux excludes the comment from the layout, because it would make its lines too long.
    return concat(comments(node.comments), body.within(Affix(before, nest=True)).document())


@writes(BuiltinStatement)
def _builtin(node: BuiltinStatement) -> Step[Doc]:
    name = Group(concat("builtin", LINE, identifier(node.id)))
    space = LINE if node.colon else Text(" ")
    type_: Doc = yield bare_document(node.ty)
    body = concat(name, space, comments(node.colon), ": ", type_)
    return concat(comments(node.comments), Group(Nest(body)))
