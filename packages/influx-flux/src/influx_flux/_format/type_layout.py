"""Writes type expressions."""

from __future__ import annotations

from influx_flux._format.dispatch import document, documents, writes, writes_leaf
from influx_flux._format.documents import LINE, NIL, Doc, Group, Nest, Text, concat, join
from influx_flux._format.lists import (
    MULTILINE,
    comma_list,
    comments,
    line,
    line_or_nothing,
    plain_comma_list,
)
from influx_flux._format.literal_layout import identifier, property_key
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    ArrayType,
    DictType,
    DynamicType,
    FunctionType,
    Identifier,
    NamedType,
    Node,
    OptionalParameter,
    PipeParameter,
    RecordType,
    RequiredParameter,
    StreamType,
    TvarType,
    TypeConstraint,
    TypeExpression,
    VectorType,
)

_GENERIC: dict[type[Node], str] = {StreamType: "stream", VectorType: "vector"}


@writes(TypeExpression)
def _type_expression(node: TypeExpression) -> Step[Doc]:
    monotype: Doc = yield document(node.monotype)
    if not node.constraints:
        return monotype
    separator = line(broken=len(node.constraints) > MULTILINE)
    constraints = [Group(_constraint(item)) for item in node.constraints]
    return concat(monotype, separator, "where", separator, plain_comma_list(constraints, separator))


def _constraint(node: TypeConstraint) -> Doc:
    kinds = join(map(identifier, node.kinds), Text(" + "))
    return concat(identifier(node.tvar), ": ", kinds)


@writes_leaf(NamedType, TvarType)
def _named(node: NamedType | TvarType) -> Doc:
    return identifier(node.name)


@writes_leaf(DynamicType)
def _dynamic(node: DynamicType) -> Doc:
    return Text("dynamic")


@writes(ArrayType, StreamType, VectorType)
def _generic(node: ArrayType | StreamType | VectorType) -> Step[Doc]:
    name = _GENERIC.get(type(node), "")
    return concat(name, "[", (yield document(node.element)), "]")


@writes(DictType)
def _dict(node: DictType) -> Step[Doc]:
    key: Doc = yield document(node.key)
    value: Doc = yield document(node.val)
    return concat("[", key, ":", value, "]")


@writes(RecordType)
def _record(node: RecordType) -> Step[Doc]:
    broken = len(node.properties) > MULTILINE
    outer = line_or_nothing(broken=broken)
    properties: list[Doc] = []
    for item in node.properties:
        monotype: Doc = yield document(item.monotype)
        properties.append(Group(concat(property_key(item.name), ": ", monotype)))
    body = concat(outer, _tvar(node.tvar), comma_list(properties, line(broken=broken)))
    return concat(comments(node.comments), "{", Nest(body), outer, "}")


def _tvar(node: Identifier | None) -> Doc:
    return concat(identifier(node), LINE, "with", LINE) if node else NIL


@writes(FunctionType)
def _function(node: FunctionType) -> Step[Doc]:
    broken = len(node.parameters) > MULTILINE
    outer = line_or_nothing(broken=broken)
    parameters: list[Doc] = yield documents(node.parameters)
    body = Nest(concat(outer, comma_list(parameters, line(broken=broken))))
    result: Doc = yield document(node.monotype)
    return concat(comments(node.comments), "(", body, outer, ")", " => ", result)


@writes(RequiredParameter)
def _required(node: RequiredParameter) -> Step[Doc]:
    return concat(identifier(node.name), ": ", (yield document(node.monotype)))


@writes(OptionalParameter)
def _optional(node: OptionalParameter) -> Step[Doc]:
    monotype: Doc = yield document(node.monotype)
    default = concat(" = ", (yield document(node.default))) if node.default else NIL
    return concat("?", identifier(node.name), ": ", monotype, default)


@writes(PipeParameter)
def _pipe(node: PipeParameter) -> Step[Doc]:
    name = identifier(node.name) if node.name else NIL
    return concat("<-", name, ": ", (yield document(node.monotype)))
