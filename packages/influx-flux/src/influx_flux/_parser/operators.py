"""The operators and their precedence."""

from __future__ import annotations

from typing import Final

from influx_flux._text import tokens

OR, AND, PREFIX, COMPARISON, ADDITIVE, MULTIPLICATIVE, EXPONENT = range(1, 8)

LOGICAL: Final = {tokens.OR: OR, tokens.AND: AND}

LEVELS: Final = {
    tokens.OR: OR,
    tokens.AND: AND,
    tokens.EQ: COMPARISON,
    tokens.NEQ: COMPARISON,
    tokens.LT: COMPARISON,
    tokens.LTE: COMPARISON,
    tokens.GT: COMPARISON,
    tokens.GTE: COMPARISON,
    tokens.REGEXEQ: COMPARISON,
    tokens.REGEXNEQ: COMPARISON,
    tokens.ADD: ADDITIVE,
    tokens.SUB: ADDITIVE,
    tokens.MUL: MULTIPLICATIVE,
    tokens.DIV: MULTIPLICATIVE,
    tokens.MOD: MULTIPLICATIVE,
    tokens.POW: EXPONENT,
}
