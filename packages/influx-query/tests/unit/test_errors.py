import copy
import pickle

import pytest

from influx_query import InfluxQLSyntaxError, parse


def error_of(text):
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text)
    return caught.value


def test_the_first_line_is_what_go_says():
    first, *_ = str(error_of("SELECT a FRO b")).splitlines()
    assert first == "found FRO, expected FROM at line 1, char 10"


def test_a_caret_stands_under_the_place():
    assert str(error_of("SELECT a FRO b")).splitlines()[1:] == ["  SELECT a FRO b", "           ^"]


def test_the_parts_are_attributes():
    error = error_of("SELECT a\nFROM 5")
    assert (error.line, error.char, error.offset) == (2, 6, 14)
    assert (error.found, error.expected) == ("5", ("identifier",))
    assert error.text == "SELECT a\nFROM 5"


def test_an_error_without_a_place_has_no_picture():
    error = error_of("SELECT a FROM b WHERE c = 5i")
    assert str(error) == "invalid duration"
    assert error.line is None


def test_the_picture_of_a_long_line_is_cut_around_the_place():
    picture = error_of("SELECT " + "a, " * 1000 + "FRO b").picture
    line, caret = picture.splitlines()
    assert len(line) < 110
    assert line[len(caret) - 1 :].startswith("b")


@pytest.mark.parametrize("copied", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_a_copy_says_the_same(copied):
    error = error_of("SELECT a FRO b")
    assert str(copied(error)) == str(error)
    assert copied(error).expected == error.expected
