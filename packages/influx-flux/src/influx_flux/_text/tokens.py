"""The kinds of tokens, by the names in libflux's messages."""

from __future__ import annotations

from typing import Final

ILLEGAL: Final = "ILLEGAL"
EOF: Final = "EOF"
COMMENT: Final = "COMMENT"
ATTRIBUTE: Final = "ATTRIBUTE"

AND: Final = "AND"
OR: Final = "OR"
NOT: Final = "NOT"
IMPORT: Final = "IMPORT"
PACKAGE: Final = "PACKAGE"
RETURN: Final = "RETURN"
OPTION: Final = "OPTION"
BUILTIN: Final = "BUILTIN"
TESTCASE: Final = "TESTCASE"
IF: Final = "IF"
THEN: Final = "THEN"
ELSE: Final = "ELSE"
EXISTS: Final = "EXISTS"

IDENT: Final = "IDENT"
INT: Final = "INT"
FLOAT: Final = "FLOAT"
STRING: Final = "STRING"
REGEX: Final = "REGEX"
TIME: Final = "TIME"
DURATION: Final = "DURATION"

ADD: Final = "ADD"
SUB: Final = "SUB"
MUL: Final = "MUL"
DIV: Final = "DIV"
MOD: Final = "MOD"
POW: Final = "POW"
EQ: Final = "EQ"
LT: Final = "LT"
GT: Final = "GT"
LTE: Final = "LTE"
GTE: Final = "GTE"
NEQ: Final = "NEQ"
REGEXEQ: Final = "REGEXEQ"
REGEXNEQ: Final = "REGEXNEQ"
ASSIGN: Final = "ASSIGN"
ARROW: Final = "ARROW"
LPAREN: Final = "LPAREN"
RPAREN: Final = "RPAREN"
LBRACK: Final = "LBRACK"
RBRACK: Final = "RBRACK"
LBRACE: Final = "LBRACE"
RBRACE: Final = "RBRACE"
COMMA: Final = "COMMA"
DOT: Final = "DOT"
COLON: Final = "COLON"
PIPE_FORWARD: Final = "PIPE_FORWARD"
PIPE_RECEIVE: Final = "PIPE_RECEIVE"
QUESTION_MARK: Final = "QUESTION_MARK"

QUOTE: Final = "QUOTE"
STRINGEXPR: Final = "STRINGEXPR"
TEXT: Final = "TEXT"

KEYWORDS: Final = {
    "and": AND,
    "or": OR,
    "not": NOT,
    "import": IMPORT,
    "package": PACKAGE,
    "return": RETURN,
    "option": OPTION,
    "builtin": BUILTIN,
    "testcase": TESTCASE,
    "if": IF,
    "then": THEN,
    "else": ELSE,
    "exists": EXISTS,
}

SYMBOLS: Final = {
    "+": ADD,
    "-": SUB,
    "*": MUL,
    "/": DIV,
    "%": MOD,
    "^": POW,
    "==": EQ,
    "<": LT,
    ">": GT,
    "<=": LTE,
    ">=": GTE,
    "!=": NEQ,
    "=~": REGEXEQ,
    "!~": REGEXNEQ,
    "=": ASSIGN,
    "=>": ARROW,
    "<-": PIPE_RECEIVE,
    "(": LPAREN,
    ")": RPAREN,
    "[": LBRACK,
    "]": RBRACK,
    "{": LBRACE,
    "}": RBRACE,
    ":": COLON,
    "|>": PIPE_FORWARD,
    ",": COMMA,
    ".": DOT,
    '"': QUOTE,
    "?": QUESTION_MARK,
}


class Token:
    """A token: its kind, its text, its offsets, and the comments before it."""

    __slots__ = ("comments", "end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int, comments: tuple[str, ...] = ()):
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.comments = comments
