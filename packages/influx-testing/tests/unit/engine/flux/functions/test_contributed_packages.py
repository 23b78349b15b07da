"""Small packages under contrib, and what writes values in other ways."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

IMPORTS = """import "array"
import "contrib/bonitoo-io/hex"
import "contrib/qxip/hash"
import "contrib/rhajek/bigpanda"
import "contrib/sranka/sensu"
import "experimental/iox"
import "internal/debug"
"""


@pytest.fixture
def text_of(rows_of):
    """Return a function that evaluates an expression and displays its value."""

    def run(expression):
        (row,) = rows_of(f"{IMPORTS}array.from(rows: [{{v: display(v: {expression})}}])")
        return row["v"]

    return run


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("hex.string(v: 1234)", "4d2"),
        ("hex.string(v: -1234)", "-4d2"),
        ("hex.string(v: uint(v: 5678))", "162e"),
        ("hex.string(v: true)", "true"),
        ("hex.string(v: 1m)", "1m"),
        ("hex.string(v: 10.12)", "10.12"),
        ('hex.string(v: bytes(v: "Hello world!"))', "48656c6c6f20776f726c6421"),
        ("hex.string(v: debug.null())", "<null>"),
        ('hex.int(v: "4d2")', "1234"),
        ('hex.int(v: "0x4D2")', "1234"),
        ('hex.int(v: "-0x8000000000000000")', "-9223372036854775808"),
        ("hex.int(v: debug.null())", "<null>"),
        ('hex.uint(v: "0xffffffffffffffff")', "18446744073709551615"),
        ('hex.bytes(v: "FF5733")', "0xff5733"),
        ('hex.bytes(v: "")', "0x"),
    ],
)
def test_hexadecimal_numbers_are_those_of_the_documentation(text_of, expression, text):
    assert text_of(expression) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('hex.int(v: "8000000000000000")', "to int due to invalid syntax"),
        ('hex.int(v: "")', "to int due to invalid syntax"),
        ('hex.int(v: "1_0")', "to int due to invalid syntax"),
        ('hex.uint(v: "-1")', "to uint due to invalid syntax"),
        ('hex.uint(v: "10000000000000000")', "to uint due to invalid syntax"),
        ('hex.bytes(v: "abc")', "encoding/hex: odd length hex string"),
        ('hex.bytes(v: "xy")', r"encoding/hex: invalid byte: U\+0078 'x'"),
        ("hex.string(v: [1])", "cannot convert"),
        ("hash.md5(v: 1)", "hash cannot convert int to md5"),
        ('hash.hmac(v: "a", k: 1)', "hash cannot convert int to hmac"),
        ("iox.sqlInterval(d: -1h)", "a SQL interval must be positive"),
        ("iox.sqlInterval(d: 1)", "expected duration but found int"),
    ],
)
def test_what_cannot_be_converted_is_refused(text_of, expression, message):
    with pytest.raises(FluxError, match=message):
        text_of(expression)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (
            'hash.sha256(v: "Hello, world!")',
            "315f5bdb76d078c43b8ac0064e4a0164612b1fce77c869345bfc94c75894edd3",
        ),
        ('hash.hmac(v: "helloworld", k: "123456")', "75B5ueLnnGepYvh+KoevTzXCrjc="),
        ('hash.md5(v: "")', "d41d8cd98f00b204e9800998ecf8427e"),
        ('hash.sha1(v: "")', "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ('hash.b64(v: "a?>")', "YT8-"),
        ("hash.sha1(v: debug.null())", "<null>"),
        ('hash.hmac(v: "a", k: debug.null())', "<null>"),
    ],
)
def test_hashes_are_those_of_their_definitions(text_of, expression, text):
    assert text_of(expression) == text


def test_a_duration_is_a_sql_interval(text_of):
    assert text_of("iox.sqlInterval(d: 1y2mo3w4d5h6m7s8ms)") == (
        "1 years 2 months 3 weeks 4 days 5 hours 6 minutes 7 seconds 8 milliseconds"
    )


@pytest.mark.parametrize(
    ("level", "status"),
    [("ok", "ok"), ("info", "ok"), ("warn", "warning"), ("crit", "critical"), ("?", "critical")],
)
def test_levels_have_a_status_of_big_panda(text_of, level, status):
    assert text_of(f'bigpanda.statusFromLevel(level: "{level}")') == status


def test_names_for_sensu_have_underscores(text_of):
    assert text_of('sensu.toSensuName(v: "Example name: a-b.c")') == "Example_name__a-b.c"


def test_anomalies_are_those_of_the_documentation(run_flux):
    tables = run_flux(
        'import "contrib/anaisdg/anomalydetection"\nimport "sampledata"\n'
        "sampledata.float() |> anomalydetection.mad(threshold: 1.0)"
    )
    rows = [row for _, _, rows in tables for row in rows]
    assert [row["level"] for row in rows] == ["anomaly", "anomaly", "normal", "anomaly"] + [
        "anomaly",
        "anomaly",
        "normal",
        "anomaly",
    ] + ["anomaly"] * 4
    assert [row["MAD"] for row in rows[::2]] == [
        16.330839,
        4.410735,
        8.22843,
        1.6605119999999987,
        1.0155810000000007,
        1.9051409999999995,
    ]


def test_a_straight_line_goes_through_its_points(rows_of):
    rows = rows_of(
        'import "array"\nimport "contrib/anaisdg/statsmodels"\n'
        "array.from(rows: [{_value: 1.0}, {_value: 2.0}, {_value: 6.0}])"
        " |> statsmodels.linearRegression()"
    )
    assert [row["y_hat"] for row in rows] == pytest.approx([0.5, 3.0, 5.5])
    assert [row["errors"] for row in rows] == pytest.approx([0.25, 1.0, 0.25])
    assert {(row["N"], row["slope"], row["sx"], row["sxy"]) for row in rows} == {(3, 2.5, 6, 23)}
