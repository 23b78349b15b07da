"""The parser, one module a part of the language; use it through `influx_query.parser`."""
