from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path
from zipfile import ZipFile

import pytest

from influx_core._plugins.installed_plugins import InstalledPlugin, installed_plugins

TEXT = """
[console_scripts]
shout = shout:main

[influx]
# a comment = not an entry
shout = shout.influx : plugin
whisper=whisper [extra]
"""
FOUND = (InstalledPlugin("shout", "shout.influx:plugin"), InstalledPlugin("whisper", "whisper"))


def distribution(folder: Path, name: str, text: str) -> None:
    metadata = folder / name
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\n")
    (metadata / "entry_points.txt").write_text(text, encoding="utf-8")


def found_by_importlib(group: str) -> list[tuple[str, str]]:
    found = entry_points(group=group)
    return sorted((each.name, ":".join(filter(None, (each.module, each.attr)))) for each in found)


@pytest.mark.parametrize("group", ["influx", "console_scripts", "pytest11", "no such group"])
def test_it_finds_what_importlib_finds_here(group):
    assert sorted(map(tuple, installed_plugins(group))) == found_by_importlib(group)


def test_comments_spaces_extras_and_other_groups_are_left_out(tmp_path, monkeypatch):
    distribution(tmp_path, "Shout.It-1.0.dist-info", TEXT)
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing")])
    assert installed_plugins("influx") == FOUND


def test_those_that_importlib_finds_are_the_same(tmp_path, monkeypatch):
    class Finder:
        @staticmethod
        def find_distributions(*context):
            return iter(())

    distribution(tmp_path, "Shout.It-1.0.dist-info", TEXT)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert installed_plugins("influx") == FOUND


def test_the_first_of_two_versions_counts(tmp_path, monkeypatch):
    distribution(tmp_path / "new", "shout_it-2.0.dist-info", TEXT)
    distribution(tmp_path / "old", "Shout.It-1.0.egg-info", "[influx]\nold = old\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "new"), str(tmp_path / "old")])
    assert installed_plugins("influx") == FOUND
    assert found_by_importlib("influx")[0][0] == "shout"


def test_a_distribution_without_entry_points_hides_another_version(tmp_path, monkeypatch):
    (tmp_path / "new" / "shout-2.0.dist-info").mkdir(parents=True)
    distribution(tmp_path / "old", "shout-1.0.dist-info", TEXT)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "new"), str(tmp_path / "old")])
    assert installed_plugins("influx") == ()


def test_archives_are_searched_too(tmp_path, monkeypatch):
    with ZipFile(tmp_path / "application.zip", "w") as archive:
        archive.writestr("shout-1.0.dist-info/entry_points.txt", "[influx]\nshout = shout\n")
        archive.writestr("shout-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: shout\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "application.zip")])
    assert installed_plugins("influx") == (InstalledPlugin("shout", "shout"),)


def test_the_finders_of_other_tools_are_asked(monkeypatch):
    asked = []

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            return None

        @staticmethod
        def find_distributions(*context):
            asked.append(context)
            return iter(())

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    installed_plugins("influx")
    assert asked
