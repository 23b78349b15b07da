"""What the text of a SELECT tells about the columns of its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._api.select_columns import selected_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT host, load FROM m", ("host", "load")),
        ('select Host, "Load" from m', ("host", "Load")),
        ('SELECT "a ""b""", m."c,d" FROM m', ('a "b"', "c,d")),
        ("SELECT avg(load) AS mean, max(x) top FROM m GROUP BY 1, 2", ("mean", "top")),
        ("SELECT DISTINCT host FROM m", ("host",)),
        ("SELECT 1 AS n", ("n",)),
        ("SELECT public.iox.m.host FROM m;", ("host",)),
        ("SELECT CASE WHEN a THEN b END AS c FROM m", ("c",)),
        ("SELECT (SELECT max(x) FROM n) AS top, 'from' AS word FROM m", ("top", "word")),
        ("SELECT a -- , b\n, /* c, */ d FROM m", ("a", "d")),
        ("SELECT * FROM m", None),
        ("SELECT m.* FROM m", None),
        ("SELECT avg(load) FROM m", None),
        ("SELECT a + b FROM m", None),
        ("SELECT CASE WHEN a THEN b END FROM m", None),
        ("SELECT a, a FROM m", None),
        ("SELECT rank() OVER w FROM m", None),
        ("WITH x AS (SELECT 1) SELECT a FROM x", None),
        ("SELECT a FROM m UNION SELECT b FROM m", None),
        ("SHOW TABLES", None),
        ("", None),
    ],
)
def test_columns_are_known_where_each_has_a_name_of_its_own(text, names):
    assert selected_names(text) == names


@given(st.text(alphabet="SELECTa,()\"'*;- \n/.1", max_size=40))
def test_any_text_has_names_or_none(text):
    names = selected_names(f"SELECT {text}")
    assert names is None or all(isinstance(name, str) for name in names)
