import inspect
from pathlib import Path

import pytest

from influx_query import nodes, parse
from influx_query.reference import EXAMPLES, PAGES, write_pages

DOCS = Path(__file__).parents[3] / "docs"


def test_every_statement_has_an_example():
    statements = {
        kind
        for _, kind in inspect.getmembers(nodes, inspect.isclass)
        if issubclass(kind, nodes.Statement)
        and kind.__name__.endswith("Statement")
        and kind is not nodes.Statement
    }
    assert statements == set(EXAMPLES)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES.items(), ids=lambda each: str(each)[:40])
def test_an_example_is_canonical_text_of_its_statement(kind, example):
    (statement,) = parse(example.replace("[REDACTED]", "'secret'"))
    assert type(statement) is kind
    assert str(statement) == example


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_what_the_tables_say(name):
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == PAGES[name]()


def test_pages_are_written_into_a_folder(tmp_path):
    write_pages(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(PAGES)


def python_blocks(page):
    text = page.read_text(encoding="utf-8")
    return [block.partition("```")[0] for block in text.split("```python\n")[1:]]


@pytest.mark.parametrize(
    "page",
    [
        DOCS / "how-to" / "build-queries.md",
        DOCS / "reference" / "influxql.md",
        Path(__file__).parents[1] / "README.md",
    ],
    ids=lambda page: page.name,
)
def test_the_examples_of_a_page_run(page):
    blocks = python_blocks(page)
    assert blocks
    exec(compile("\n".join(blocks), str(page), "exec"), {})  # the blocks hold asserts
