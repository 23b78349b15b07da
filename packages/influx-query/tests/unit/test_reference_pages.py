"""The reference pages of the language are written from its own classes and tables."""

import inspect
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from influx_query import nodes, parse

ROOT = Path(__file__).parents[4]
DOCS = ROOT / "docs"


def _generator():
    path = DOCS / "_generate" / "influxql.py"
    spec = spec_from_file_location("generate_influxql", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


def test_every_statement_is_on_the_page_and_in_the_public_nodes():
    statements = {
        kind
        for _, kind in inspect.getmembers(nodes, inspect.isclass)
        if issubclass(kind, nodes.Statement)
        and kind.__name__.endswith("Statement")
        and kind is not nodes.Statement
    }
    assert statements == set(GENERATOR.statement_classes())
    assert {kind.__name__ for kind in statements} <= set(nodes.__all__)


@pytest.mark.parametrize("kind", GENERATOR.statement_classes(), ids=lambda kind: kind.__name__)
def test_an_example_is_canonical_text_of_its_statement(kind):
    example = GENERATOR.example(kind)
    (statement,) = parse(example.replace("[REDACTED]", "'secret'"))
    assert type(statement) is kind
    assert str(statement) == example


@pytest.mark.parametrize("name", GENERATOR.PAGES)
def test_the_pages_are_what_the_tables_say(name):
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == GENERATOR.PAGES[name]()


def test_pages_are_written_into_a_folder(tmp_path):
    GENERATOR.write_pages(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(GENERATOR.PAGES)


def python_blocks(page):
    text = page.read_text(encoding="utf-8")
    return [block.partition("```")[0] for block in text.split("```python\n")[1:]]


@pytest.mark.parametrize(
    "page",
    [
        DOCS / "how-to" / "build-queries.md",
        DOCS / "reference" / "influxql.md",
        Path(__file__).parents[2] / "README.md",
    ],
    ids=lambda page: page.name,
)
def test_the_examples_of_a_page_run(page):
    blocks = python_blocks(page)
    assert blocks
    exec(compile("\n".join(blocks), str(page), "exec"), {})  # the blocks hold asserts
