"""Completion follows the grammar: what may stand at the cursor, and how it is written."""

from __future__ import annotations

import pytest

from influx_query.completion import NameKind, candidates, completion_context

NAMES = {
    NameKind.DATABASE: ["home", "work"],
    NameKind.MEASUREMENT: ["cpu", "disk space", "memory"],
    NameKind.TAG: ["host", "region"],
    NameKind.FIELD: ["load", "select"],
    NameKind.TAG_VALUE: ["it's", "web-1", "web-2"],
}


def complete(text: str) -> list[str]:
    """The texts for the cursor at `|`."""
    cursor = text.index("|")
    context = completion_context(text.replace("|", "", 1), cursor)
    return [each.text for each in candidates(context, NAMES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM |", ["cpu", '"disk space"', "memory"]),
        ("SELECT * FROM m|", ["memory"]),
        ('SELECT * FROM "di|', ['"disk space"']),
        ("SELECT * FROM cpu, |", ["cpu", '"disk space"', "memory"]),
        ("SELECT * FROM cpu WHERE |", ["host", "region", "load", '"select"', "time", "now()"]),
        ("SELECT * FROM cpu WHERE ho|", ["host"]),
        ("SELECT * FROM cpu WHERE host = |", ["'it\\'s'", "'web-1'", "'web-2'"]),
        ("SELECT * FROM cpu WHERE host = 'web|", ["'web-1'", "'web-2'"]),
        ("SELECT * FROM cpu WHERE load > 1 AND reg|", ["region"]),
        ("SELECT * FROM cpu WHERE (|", ["host", "region", "load", '"select"', "time", "now()"]),
        ("SELECT * FROM cpu GROUP BY |", ["host", "region", "time(", "*"]),
        ("SELECT * FROM cpu GROUP BY time(1m), r|", ["region"]),
        ("SELECT me|", ["mean(", "median("]),
        ("SELECT mean(l|) FROM cpu", ["load"]),
        ("SELECT * FROM (SELECT mean(load) FROM |", ["cpu", '"disk space"', "memory"]),
        ("SELECT * FROM cpu; SELECT * FROM mem|", ["memory"]),
        ("SELECT * FROM cpu GRO|", ["GROUP BY"]),
        ("SELECT * FROM cpu WHERE host = 'a' OR|", ["OR", "ORDER BY"]),
        ("SELECT load FR|", ["FROM"]),
        ("SHOW MEAS|", ["MEASUREMENT", "MEASUREMENTS"]),
        ("SHOW TAG VALUES WITH KEY = |", ["host", "region"]),
        ("SHOW TAG KEYS ON |", ["home", "work"]),
        ("SHOW TAG KEYS FROM |", ["cpu", '"disk space"', "memory"]),
        ("DROP DATABASE w|", ["work"]),
        ("DROP MEASUREMENT c|", ["cpu"]),
        ("CREATE DATAB|", ["DATABASE"]),
        ("sel|", ["SELECT"]),
        ("SELECT * FROM cpu WHERE time > |", ["now()"]),
    ],
)
def test_completion(text, expected):
    assert complete(text) == expected


def test_the_measurement_after_the_cursor_counts():
    text = 'SELECT  FROM "disk space" WHERE x = 1'
    assert completion_context(text, 7).measurements == ("disk space",)
    context = completion_context("SELECT mean(x) FROM a..cpu, b.rp.mem WHERE ", 43)
    assert context.measurements == ("cpu", "mem")


def test_any_text_gets_an_answer():
    text = "SELECT a, \"b c\" FROM x WHERE h =~ /a(/ AND t = 'x\\'y' GROUP BY time(1m); SHOW \\ $p"
    for cursor in range(len(text) + 1):
        context = completion_context(text, cursor)
        assert 0 <= context.start <= cursor
