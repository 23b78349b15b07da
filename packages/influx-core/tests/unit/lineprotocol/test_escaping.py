"""Which names a line can hold, by the rules of every server and by those of one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from influx_core._lineprotocol.escaping import NameEscaper, UnwritableError, escaper
from influx_core.errors import ConfigError
from influx_core.lineprotocol import decode, encode

NAMES = st.text(st.sampled_from('\\\\\\,= "aün#'), min_size=1, max_size=6)


@given(NAMES, NAMES, NAMES, NAMES)
@example("a", "C:\\temp", "\\\\server\\share", "b\\")
def test_a_name_is_read_back_by_all_rules_or_refused(measurement, key, value, field):
    point = (measurement, {key: value}, {field: '"\n,', "g": 1}, 1)
    problems: list[object] = []
    line = encode([point], on_invalid=lambda *problem: problems.append(problem))
    if problems:
        assert not line
        return
    for rules in ("1.x", "v2"):
        (read,) = decode(line, rules=rules)
        assert (read.measurement, read.tags, read.fields) == point[:1] + point[1:3]


@given(NAMES, NAMES, NAMES)
def test_the_short_way_accepts_only_what_reading_back_does(measurement, key, value):
    names = escaper()
    tags = ((key, value),)
    if any(map(names._is_ambiguous, (measurement, key, value))) or measurement.startswith("#"):
        return
    assert names._find_unreadable(measurement, tags) is None


def test_a_path_of_windows_is_written_without_reading_it_back(monkeypatch):
    def read_back(*_: object) -> bool:
        raise AssertionError("decoded again")

    names = NameEscaper(None)
    monkeypatch.setattr(names, "_reads_back", read_back)
    tags = [("path", "C:\\temp\\x y")]
    assert names.series_key("m", tags) == "m,path=C:\\temp\\x\\ y"
    assert names.field_key("a\\b") == "a\\b"
    with pytest.raises(AssertionError, match="decoded again"):
        names.series_key("m", [("path", "C:\\")])


@pytest.mark.parametrize("name", ["a\tb", "a\x01", "a\x7f", "a\t"])
def test_rules_of_1x_write_control_characters_that_it_stores(name):
    point = ("m", {name: f"v{name}"}, {name: 1.5}, 1)
    line = encode([point], rules="1.x")
    (read,) = decode(line, rules="1.x")
    assert (read.tags, read.fields) == point[1:3]
    with pytest.raises(ValueError, match="control character"):
        encode([point])


@pytest.mark.parametrize("name", ["a\nb", "\n"])
def test_no_rules_write_a_name_with_a_line_end(name):
    for rules in (None, "1.x", "v2"):
        with pytest.raises(ValueError, match=r"m'|control"):
            encode([("m", {name: "v"}, {"f": 1}, 1)], rules=rules)


def test_rules_of_one_server_write_what_the_other_reads_differently():
    point = ("a\\=b", {}, {"f": 1.0}, 1)
    with pytest.raises(ValueError, match="would be read differently"):
        encode([point])
    (read,) = decode(encode([point], rules="v2"))
    assert read.measurement == "a\\=b"


def test_unknown_rules_name_the_known_ones():
    with pytest.raises(ConfigError, match=r"unknown rules '2.x'; known are None, 1.x, v2"):
        encode([("m", {}, {"f": 1}, 1)], rules="2.x")


def test_an_unreadable_tag_is_named():
    with pytest.raises(UnwritableError, match="no line can hold it") as caught:
        escaper().series_key("m", [("a", "ok"), ("k", "v\\")])
    assert caught.value.key == "k"


@given(
    st.sampled_from([None, "1.x", "v2"]),
    NAMES,
    st.dictionaries(NAMES, st.text('ab ,="#\\', min_size=1, max_size=4), max_size=4),
)
@example(None, "m", {"a": "x\\\\ ", "b": '"', "c": "plain, ="})
def test_tags_without_backslashes_and_quotes_have_no_part_in_the_check(rules, measurement, tags):
    names = NameEscaper(rules)
    whole = tuple(sorted(tags.items()))
    telling = tuple(pair for pair in whole if any(sign in "".join(pair) for sign in '\\"'))
    found = names._find_unreadable(measurement, telling)
    assert (names._find_unreadable(measurement, whole) is None) == (found is None)


def test_a_value_is_read_back_once_however_many_series_it_is_in(monkeypatch):
    names, checks, first = NameEscaper("v2"), list[int](), 0
    reads_back = names._reads_back
    monkeypatch.setattr(names, "_reads_back", lambda lines: checks.append(1) or reads_back(lines))
    for number in range(3):
        names.series_key("m", [("path", "C:\\a b\\ c"), ("task", f"t{number}")])
        first = len(checks) if number == 0 else first
    assert len(checks) == first > 0
