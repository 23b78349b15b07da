"""A family of statements is one module, and everything in it is public where users look for it."""

import importlib
import inspect
import pkgutil

import pytest

from influx_query import _statements, manage, nodes, show
from influx_query._clauses import registry

SHARED = {"cardinality", "parser"}
FAMILIES = [
    importlib.import_module(info.name)
    for info in pkgutil.walk_packages(_statements.__path__, f"{_statements.__name__}.")
    if not info.ispkg and info.name.rpartition(".")[2] not in SHARED
]


def defined(family, kind):
    members = inspect.getmembers(family, kind)
    return {value for _, value in members if value.__module__ == family.__name__}


def public(module):
    return {getattr(module, name) for name in module.__all__ if callable(getattr(module, name))}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.rpartition(".")[2])
def test_the_nodes_of_a_family_are_public(family):
    classes = {kind for kind in defined(family, inspect.isclass) if issubclass(kind, nodes.Node)}
    assert classes <= public(nodes)


def test_the_builders_of_all_families_are_public():
    wanted = {
        function
        for family in FAMILIES
        for function in defined(family, inspect.isfunction)
        if function.__name__.startswith(("show_", "create_", "drop_", "alter_", "kill_", "set_"))
    }
    assert wanted <= public(manage) | public(show)


def test_two_readers_of_the_same_words_are_refused():
    with pytest.raises(AssertionError, match="SHOW USERS has a reader already"):
        registry.reads("SHOW USERS")(lambda cursor: nodes.ShowUsersStatement())


def test_a_public_module_lists_its_names_in_order():
    for module in (nodes, manage, show, importlib.import_module("influx_query")):
        assert all(hasattr(module, name) for name in module.__all__)
        assert len(set(module.__all__)) == len(module.__all__)
