"""The tokens of InfluxQL, for editors: highlighting, completion, brackets that are still open."""

from influx_query._text.keywords import KEYWORDS
from influx_query._text.lexer import Tokens, tokenize

__all__ = ["KEYWORDS", "Tokens", "tokenize"]
