"""What a release and the public repository need: metadata, fragments, workflows."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml
from import_graph import ROOT, Distribution, distributions

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["towncrier"]
MEMBERS = list(distributions())
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: m.name)
def test_the_metadata_lead_to_the_site_and_name_the_supported_pythons(member: Distribution):
    site = re.search(r"^site_url: (\S+)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert site
    project = tomllib.loads((member.folder / "pyproject.toml").read_text())["project"]
    assert project["authors"] == [{"name": "influx toolkit maintainers"}]
    assert project["urls"] == {
        "Homepage": site[1],
        "Documentation": f"{site[1]}latest/index.html",
        "Changelog": f"{site[1]}latest/project/changelog.html",
    }
    prefix = "Programming Language :: Python :: 3."
    named = [line for line in project["classifiers"] if line.startswith(prefix)]
    assert named == [prefix.removesuffix("3.") + python for python in PYTHONS]


def test_the_workflows_test_and_build_for_the_pythons_of_the_metadata():
    assert workflow("test.yml")["jobs"]["test"]["strategy"]["matrix"]["python"] == PYTHONS
    speedups = tomllib.loads((ROOT / "packages/influx-speedups/pyproject.toml").read_text())
    builds = speedups["tool"]["cibuildwheel"]["build"].split()
    assert builds == [f"cp{python.replace('.', '')}-*" for python in PYTHONS]


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/workflows/*.yml")), ids=lambda p: p.name)
def test_a_workflow_has_no_rights_but_those_a_job_names(path):
    text = path.read_text()
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert "secrets." not in text


def test_every_distribution_has_a_section_in_the_changelog():
    sections = [section["path"] for section in CONFIGURATION["section"]]
    assert sorted(sections) == sorted(member.name for member in MEMBERS)


def test_every_fragment_belongs_to_a_distribution_and_has_a_type():
    sections = {section["path"] for section in CONFIGURATION["section"]}
    types = {kind["directory"] for kind in CONFIGURATION["type"]}
    fragments = [path for path in (ROOT / "changes").rglob("*.md") if path.name != "README.md"]
    for path in fragments:
        assert path.parent.name in sections, path
        assert path.suffixes[-2].removeprefix(".") in types, path
        assert path.read_text().strip(), path


def test_the_guide_names_every_type_of_fragment():
    named = re.findall(r"^\| `(\w+)` \|", (ROOT / "changes/README.md").read_text(), re.MULTILINE)
    assert named == [kind["directory"] for kind in CONFIGURATION["type"]]
