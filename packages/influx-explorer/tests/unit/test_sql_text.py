"""What SQL the read-only page lets through."""

from __future__ import annotations

import pytest

from influx_explorer._language.sql_text import writes_sql


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM climate",
        "select 'DROP TABLE climate; it''s text' from climate",
        'SELECT "delete" FROM climate -- DROP TABLE climate',
        "/* INSERT */ WITH a AS (SELECT 1) SELECT * FROM a;",
        "(SELECT 1) UNION (SELECT 2)",
        "SHOW TABLES; EXPLAIN SELECT 1",
        "SELECT * FROM climate WHERE room = $room",
        "",
    ],
)
def test_reading_sql_is_let_through(text):
    assert writes_sql(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE climate",
        "drop table climate",
        "SELECT 1; DELETE FROM climate",
        "SELECT * INTO other FROM climate",
        "EXPLAIN ANALYZE INSERT INTO climate VALUES (1)",
        "WITH a AS (DELETE FROM climate RETURNING *) SELECT * FROM a",
        "/* a */ -- b\n UPDATE climate SET a = 1",
        "/* /* */ DROP TABLE climate; */ SELECT 1",
        "CALL anything()",
        r"SELECT E'\''; DROP TABLE climate; --'",
        "SELECT $$'$$; DROP TABLE climate; --'",
        "SELECT $a$'$a$; DROP TABLE climate; --'",
        "SELECT `'`; DROP TABLE climate; --'",
        "SELECT 1 # '\n; DROP TABLE climate; --'",
    ],
)
def test_sql_that_may_write_is_refused(text):
    assert writes_sql(text) != ""
