"""Flux: any text is parsed or refused, and canonical text has the same tree."""

from __future__ import annotations

import json
import random

import pytest

from influx_flux import (
    File,
    FluxSyntaxError,
    format_tree,
    from_json,
    parse,
    syntax_issues,
    to_json,
)
from influx_flux import (
    check as check_names,
)

from .mutation import mutated, recorded

PROGRAMS = [
    'from(bucket: "b") |> range(start: -1h, stop: now()) |> filter(fn: (r) => r._value > 1.5)',
    'import "math"\nx = 1h2m\nf = (a, b=2, t=<-) => { c = a + b * -t ^ 2 return c }\nf(a: x)',
    'option task = {name: "t", every: 1h}\nr = {a: [1, 2.5, true], b with c: d.e["f"]}',
    'package p\n// one\nimport a "b/c"\n@edition("2022.1")\ne = (r) => r.h =~ /re\\/x/ or r.i',
    "builtin f : (<-t: [A], ?n: int, r: {B with c: string}) => [A] where A: Record + Timeable",
    'if not exists r.a or r.b =~ /x/ then "${r.c} and \\n" else d ?? 2020-01-01T00:00:00.5+02:00',
    'testcase t { option now = () => 2020-01-01 }\nd = ["a": 1, "b": 2]\ne = [:]\ng = .label',
    'join(tables: {a: t1, "b": t2}, on: ["_time"]) |> map(fn: (r) => ({r with v: r.v / 2.0}))',
]
WORDS = r"""
( ) [ ] { } , : " |> => = == != <= >= =~ !~ <- ?? not if then else and or with exists import package
option return builtin testcase extends @a ${ \ // /x/ 1h 2mo 1.5 .5 2. 0 007 9223372036854775808 ?
2020-01-01 2020-13-45T99:00Z "a" "${b}" '' r. .label <-t: fn: import"x" \x41 \u{1f600}
"""
TEXTS = [*PROGRAMS, *recorded("flux/cases.jsonl", "query")]


def check(source: random.Random) -> None:
    """Parse a mutated text, convert what was found in each way, and parse that."""
    text = mutated(TEXTS, WORDS.split(), source)
    tolerant = parse(text, strict=False)
    check_names(tolerant)
    if issues := syntax_issues(tolerant):
        with pytest.raises(FluxSyntaxError) as caught:
            parse(text)
        assert caught.value.issues == issues, text
    else:
        check_tree(text, parse(text))


def check_tree(text: str, tree: File) -> None:
    """A tree without errors is the same in JSON, and in canonical text."""
    assert from_json(json.loads(json.dumps(to_json(tree)))) == tree, text
    try:
        canonical = format_tree(tree)
    except FluxSyntaxError:  # an operator that has no text
        assert check_names(tree), text
        return
    parse(canonical)  # the formatting of libflux can move a comment and end a string earlier
