"""The reference page of functions is written from the table of the standard library."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from influx_flux.stdlib import packages, signature

DOCS = Path(__file__).parents[4] / "docs"


def generator() -> ModuleType:
    path = DOCS / "_generate" / "flux.py"
    spec = spec_from_file_location("generate_flux", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", generator().PAGES)
def test_the_pages_are_what_the_table_says(name: str):
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == generator().PAGES[name]()


def test_every_type_of_the_table_can_be_read():
    functions = 0
    for path, names in packages().items():
        for name, type_text in names.items():
            if type_text.startswith("("):
                functions += signature(path, name) is not None
    assert functions > 600
