from __future__ import annotations

import sys

import pytest

from influx_core import ConfigError, Plugins, hookimpl
from influx_core.plugins import DeferredFactory

MODULE = """
class Shout:
    content_type = "text/plain"

    def __init__(self, volume: int = 1):
        self.volume = volume

    def dump(self, points, precision, on_invalid=None):
        return b""
"""


@pytest.fixture
def offered(tmp_path, monkeypatch):
    """The plugins with a serializer in a module that nobody has imported."""
    (tmp_path / "shout_module.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "shout_module", raising=False)

    class Offer:
        @hookimpl
        def influx_serializers(self):
            return {"shout": DeferredFactory("shout_module:Shout", auto_rank=100)}

    return Plugins([Offer()], discover=False)


def test_a_part_is_imported_when_it_is_selected(offered):
    offered.serializer("line-protocol")
    assert "shout_module" not in sys.modules
    assert offered.serializer({"type": "shout", "volume": "11"}).volume == 11


def test_auto_knows_the_rank_before_the_import(offered):
    assert type(offered.serializer()).__name__ == "Shout"


def test_a_wrong_option_is_refused_as_that_of_any_factory(offered):
    with pytest.raises(ConfigError, match="it takes volume, and was given pitch"):
        offered.serializer({"type": "shout", "pitch": 1})


def test_two_offers_of_one_name_are_told_by_their_paths(offered):
    class Again:
        @hookimpl
        def influx_serializers(self):
            return {"line-protocol": DeferredFactory("again:Other")}

    with pytest.raises(ConfigError, match=r"LineProtocolSerializer and again\.Other"):
        Plugins([Again()], discover=False).serializer()


def test_it_can_be_called_by_hand():
    factory = DeferredFactory("influx_core.parts:NoAuth")
    assert type(factory()).__name__ == "NoAuth"
    assert repr(factory) == "DeferredFactory(influx_core.parts:NoAuth)"
