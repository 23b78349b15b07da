"""All programs of the corpus: trees and canonical text are those of libflux."""

from __future__ import annotations

import pytest
from corpus import CORPUS, mutated, queries
from libflux import Libflux, LibfluxError, has_errors

import influx_flux

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="the recordings (../shared) are not beside this checkout"
)
QUERIES = queries()


def parses(text: str) -> bool:
    try:
        influx_flux.parse(text)
    except influx_flux.FluxSyntaxError:
        return False
    return True


def test_every_tree_is_that_of_libflux(libflux: Libflux):
    for text in QUERIES:
        assert influx_flux.to_json(influx_flux.parse(text)) == libflux.parse(text)


def test_every_canonical_text_is_that_of_libflux(libflux: Libflux):
    for text in QUERIES:
        assert influx_flux.format(text) == libflux.format(text)


@pytest.mark.slow
def test_canonical_text_stays_as_it_is():
    for text in map(influx_flux.format, QUERIES):
        assert influx_flux.format(text) == text


@pytest.mark.slow
def test_a_tree_goes_through_json_and_back():
    for text in QUERIES:
        file = influx_flux.parse(text)
        document = influx_flux.to_json(file)
        assert influx_flux.from_json(document) == file
        assert influx_flux.to_json(influx_flux.from_json(document)) == document


@pytest.mark.slow
def test_mutated_texts_are_accepted_and_refused_alike(libflux: Libflux):
    asked = different = 0
    for text in mutated(QUERIES, 2000, seed=1):
        try:
            refused = has_errors(libflux.parse(text))
        except LibfluxError:  # some texts with errors keep libflux busy for ever
            parses(text)
            continue
        asked += 1
        different += parses(text) is refused
    assert asked > 1900
    assert different <= asked * 0.005


@pytest.mark.slow
def test_mutated_texts_never_break_the_parser():
    for text in mutated(QUERIES, 1000, seed=2):
        influx_flux.to_json(influx_flux.parse(text, strict=False))
