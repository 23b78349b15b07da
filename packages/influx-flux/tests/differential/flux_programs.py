"""Strategies that make texts of Flux: odd ones, with comments and line breaks anywhere."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = st.sampled_from(
    [
        *("a", "b", "r", "x1", "_value", "tables", "with", "in", "empty", "test", "stream"),
        *("where", "extends", "dynamic", "naïve", "日本", "aVeryLongNameThatMakesLinesWrap" * 2),
    ]
)
GAPS = st.sampled_from(
    [
        *([" "] * 12),
        *("", "\n", "\n\n", "  ", " // c\n", "\n// one\n// two\n"),
        "// " + "long " * 12 + "\n",
    ]
)
STRINGS = st.sampled_from(
    [
        *('"a"', '""', r'"q\"uo\\te"', r'"\${no}"', r'"\x41"', '"$$"', '"two\nlines  \n"', '"é"'),
        '"a long text that goes on and on so that the line has to be broken somewhere"',
    ]
)
LITERALS = st.one_of(
    STRINGS,
    st.sampled_from(
        [
            *("1", "0", "9223372036854775807", "1.5", ".5", "2.", "1h", "1mo2d", "1us3ns"),
            *("/a.b/", "/a\\/b/", "2020-01-01", "2020-01-01T00:00:00Z"),
            *("2020-01-01T00:00:00.120+02:00", "<-", "true", ".label", '."two words"'),
        ]
    ),
)


def spaced(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Put gaps between parts."""
    strategies: list[st.SearchStrategy[str]] = []
    for part in parts:
        if strategies:
            strategies.append(GAPS)
        strategies.append(st.just(part) if isinstance(part, str) else part)
    return st.tuples(*strategies).map(_glue)


def _glue(pieces: tuple[str, ...]) -> str:
    """Join pieces, with a space where two names or numbers would become one."""
    text = ""
    for piece in pieces:
        if text and piece and _sticks(text[-1], piece[0]):
            text += " "
        text += piece
    return text


def _sticks(before: str, after: str) -> bool:
    symbols = "=<>!~|-/."
    return ((before.isalnum() or before in '_"./') and (after.isalnum() or after in '_"./')) or (
        before in symbols and after in symbols
    )


def listed(item: st.SearchStrategy[str], *, most: int = 6) -> st.SearchStrategy[str]:
    """Join items with commas, perhaps with one at the end."""
    items = st.lists(st.tuples(item, GAPS, GAPS), max_size=most)
    joined = items.map(lambda rows: ",".join(f"{b}{a}{c}" for a, b, c in rows))
    return st.tuples(joined, st.sampled_from(["", "", ","])).map(
        lambda pair: pair[0] + pair[1] if pair[0] else ""
    )


def expressions() -> st.SearchStrategy[str]:
    return st.recursive(st.one_of(NAMES, LITERALS), _bigger, max_leaves=12)


def _bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    key = st.one_of(NAMES, STRINGS)
    full = spaced(key, ":", inner)
    record = st.one_of(
        spaced("{", listed(full), "}"),
        spaced("{", NAMES, "with", listed(full), "}"),
        spaced("{", listed(NAMES), "}"),
    )
    call = spaced(NAMES, "(", listed(full), ")")
    parameter = st.one_of(NAMES, spaced(NAMES, "=", inner))
    body = st.one_of(inner, spaced("(", record, ")"), blocks(inner))
    operator = st.sampled_from(
        ["+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">=", "=~", "!~", "and", "or"]
    )
    return st.one_of(
        record,
        call,
        spaced("(", inner, ")"),
        spaced("[", listed(inner), "]"),
        spaced("[", listed(spaced(inner, ":", inner)).map(lambda text: text or ":"), "]"),
        spaced(NAMES, ".", NAMES),
        spaced(NAMES, "[", inner, "]"),
        spaced(inner, operator, inner),
        spaced(st.sampled_from(["-", "not", "exists", "+"]), inner),
        st.lists(call, min_size=1, max_size=4).flatmap(
            lambda calls: spaced(inner, *(part for one in calls for part in ("|>", one)))
        ),
        spaced("if", inner, "then", inner, "else", inner),
        spaced("(", listed(parameter), ")", "=>", body),
        inner.map(lambda text: f'"before ${{{text}}} after"'),
    )


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    assignment = spaced(NAMES, "=", inner)
    return spaced("{", assignment, "\n", "return", inner, "}")


def types() -> st.SearchStrategy[str]:
    simple = st.sampled_from(["int", "string", "A", "B", "dynamic", "time"])
    return st.recursive(simple, _bigger_type, max_leaves=8)


def _bigger_type(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    field = spaced(st.one_of(NAMES, STRINGS), ":", inner)
    some = listed(field).filter(bool)
    parameter = st.one_of(
        spaced(NAMES, ":", inner),
        spaced("?", NAMES, ":", inner),
        spaced("?", NAMES, ":", inner, "=", ".", NAMES),
        spaced("<-", NAMES, ":", inner),
        spaced("<-", ":", inner),
    )
    return st.one_of(
        spaced("[", inner, "]"),
        spaced("[", inner, ":", inner, "]"),
        spaced(st.sampled_from(["stream", "vector"]), "[", inner, "]"),
        spaced("{", some, "}"),
        spaced("{", "A", "with", some, "}"),
        spaced("(", listed(parameter), ")", "=>", inner),
    )


def statements() -> st.SearchStrategy[str]:
    value = expressions()
    constraint = spaced("A", ":", "Addable", "+", "Divisible")
    attribute = st.one_of(st.just("@a"), spaced("@edition", "(", listed(value), ")"))
    plain = st.one_of(
        value,
        spaced(NAMES, "=", value),
        spaced("option", NAMES, "=", value),
        spaced("option", NAMES, ".", NAMES, "=", value),
        spaced("builtin", NAMES, ":", types()),
        spaced("builtin", NAMES, ":", types(), "where", constraint, ",", constraint),
        spaced("testcase", NAMES, "{", NAMES, "=", value, "}"),
        spaced("testcase", NAMES, "extends", STRINGS, "{", "}"),
    )
    return st.one_of(plain, plain, plain, spaced(attribute, "\n", plain))


def programs() -> st.SearchStrategy[str]:
    imports = st.lists(
        st.one_of(spaced("import", STRINGS), spaced("import", NAMES, STRINGS)), max_size=2
    )
    body = st.lists(st.tuples(GAPS, statements()), min_size=1, max_size=4)
    package = st.sampled_from(["", "", "", "package a\n", "// doc\npackage b\n"])
    parts = st.tuples(package, imports, body, GAPS)
    return parts.map(
        lambda made: (
            made[0]
            + "\n".join(made[1])
            + "\n"
            + "".join(f"{gap}{statement}\n" for gap, statement in made[2])
            + made[3]
        )
    )
