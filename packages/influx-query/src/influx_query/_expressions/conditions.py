"""Conditions with Python's ``&`` and ``|``; parentheses are added where they are necessary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from influx_query._expressions.expression_nodes import (
    PRECEDENCE,
    BinaryExpr,
    Expr,
    ParenExpr,
    VarRef,
)
from influx_query._tree.traversal import walk


class Expression:
    """The base class of operands and conditions; `str()` returns the InfluxQL text."""

    __slots__ = ()

    node: Expr

    def __str__(self) -> str:
        return str(self.node)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Condition(Expression):
    """A condition of WHERE; combine conditions with ``&`` and ``|``."""

    node: Expr

    def __and__(self, other: Condition) -> Condition:
        return Condition(binary("AND", self.node, _condition_node(other, "&")))

    def __or__(self, other: Condition) -> Condition:
        right = _condition_node(other, "|")
        if _mentions_time(self.node) or _mentions_time(right):
            raise ValueError(
                f"{self} | {other} has the time in an OR, which InfluxDB takes for an AND; "
                "ask in two queries, or keep the time in a condition of its own, joined with &"
            )
        return Condition(binary("OR", self.node, right))

    def __invert__(self) -> NoReturn:
        raise TypeError(f"InfluxQL has no NOT for {self}; reverse the comparison: !=, !~, <=")

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self} is true or false for each point, on the server; join conditions with & and | "
            "in parentheses, not with and, or, not or a chain of comparisons"
        )


def binary(operator: str, left: Expr, right: Expr) -> BinaryExpr:
    """Join two nodes with an operator; add parentheses where precedence requires them."""
    level = PRECEDENCE[operator]
    return BinaryExpr(operator, _wrap(left, level), _wrap(right, level + 1))


def _wrap(node: Expr, least: int) -> Expr:
    if isinstance(node, BinaryExpr) and PRECEDENCE[node.op] < least:
        return ParenExpr(node)
    return node


def is_time(node: object) -> bool:
    """Return whether a node is the time of a point, in upper or lower case, as in conditions."""
    return isinstance(node, VarRef) and node.name.lower() == "time"


def _mentions_time(root: Expr) -> bool:
    return any(is_time(node) for node in walk(root))


def _condition_node(value: object, operator: str) -> Expr:
    if isinstance(value, Condition):
        return value.node
    raise TypeError(
        f"{operator} joins conditions, and {value!r} is none; put each comparison in parentheses"
    )
