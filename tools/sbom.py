"""Writes the SBOM of sdists and wheels: CycloneDX 1.6, the same bytes for the same files.

It lists the distributions with the SHA-256 of each file, what they require (with the accepted
versions: which one is installed is decided by the user's installer), and what is linked into the
compiled wheels.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from hashlib import sha256
from pathlib import Path

from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COMPILED = "influx-speedups"
PROPERTY = "influx-toolkit:requires"


def main() -> None:
    """Write `influx-toolkit-VERSION.cdx.json` beside the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args().directory
    bom = describe(sorted(directory.glob("*.whl")), sorted(directory.glob("*.tar.gz")))
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SystemExit(f"the SBOM does not follow the schema: {str(error)[:1000]}")
    version = bom.metadata.component.version if bom.metadata.component else ""
    Path(directory, f"influx-toolkit-{version}.cdx.json").write_text(text, encoding="utf-8")


def describe(wheels: list[Path], sdists: list[Path]) -> Bom:
    """The SBOM of these files."""
    if not wheels:
        raise SystemExit("there are no wheels")
    metadata = {str(message["Name"]): message for message in map(read_metadata, wheels)}
    ours = {name: distribution(message) for name, message in sorted(metadata.items())}
    for file in [*wheels, *sdists]:
        ours[canonicalize_name(file.name.split("-")[0])].external_references.add(reference(file))
    if COMPILED in ours:
        ours[COMPILED].components.update(linked())
    needs = {name: list(map(Requirement, requirements(metadata[name]))) for name in ours}
    others = third_parties(needs, ours)
    toolkit = root(ours.values())
    bom = Bom(components=[*ours.values(), *others.values()], serial_number=serial_number(ours))
    bom.metadata.timestamp = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    bom.metadata.component = toolkit
    bom.register_dependency(toolkit, ours.values())
    for name, component in ours.items():
        required = {canonicalize_name(requirement.name) for requirement in needs[name]}
        bom.register_dependency(component, ((ours | others)[other] for other in required))
    return bom


def read_metadata(wheel: Path) -> Message:
    """The core metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode())


def distribution(metadata: Message) -> Component:
    """One of this repository's distributions."""
    name, version = metadata["Name"], metadata["Version"]
    purl = PackageURL("pypi", name=name, version=version)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        description=metadata["Summary"],
        licenses=[LicenseExpression(metadata["License-Expression"])],
    )


def reference(file: Path) -> ExternalReference:
    """A file to download, with its hash."""
    content = sha256(file.read_bytes()).hexdigest()
    return ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(file.name),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content)],
    )


def root(ours: Iterable[Component]) -> Component:
    """What is released: all distributions, with their one version."""
    versions = {str(component.version) for component in ours}
    if len(versions) != 1:
        raise SystemExit(f"the wheels have several versions: {', '.join(sorted(versions))}")
    (version,) = versions
    name = "influx-toolkit"
    return Component(
        name=name, version=version, type=ComponentType.LIBRARY, bom_ref=f"{name}@{version}"
    )


def requirements(metadata: Message) -> list[str]:
    """What a distribution requires, those of its extras included."""
    return [str(text) for text in metadata.get_all("Requires-Dist", [])]


def third_parties(
    needs: dict[str, list[Requirement]], ours: dict[str, Component]
) -> dict[str, Component]:
    """The distributions of others by name, each with who requires which versions of it."""
    users: dict[str, list[tuple[str, Requirement]]] = {}
    for name, requirements_ in needs.items():
        for requirement in requirements_:
            users.setdefault(canonicalize_name(requirement.name), []).append((name, requirement))
    return {name: third_party(name, users[name]) for name in sorted(users) if name not in ours}


def third_party(name: str, users: list[tuple[str, Requirement]]) -> Component:
    """A distribution of others: optional if only extras require it."""
    optional = all("extra" in str(requirement.marker) for _, requirement in users)
    purl = PackageURL("pypi", name=name)
    return Component(
        name=name,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        scope=ComponentScope.OPTIONAL if optional else ComponentScope.REQUIRED,
        properties=[
            Property(name=PROPERTY, value=f"{user}: {requirement}") for user, requirement in users
        ],
    )


def linked() -> list[Component]:
    """What the compiler of the release links into an extension: LLVM's C++ runtime."""
    command = [sys.executable, "-m", "ziglang", "c++", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    version = said.split("clang version ")[1].split()[0]
    license_expression = LicenseExpression("Apache-2.0 WITH LLVM-exception")
    return [
        Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            bom_ref=f"llvm/{name}@{version}",
            licenses=[license_expression],
        )
        for name in ("libcxx", "libcxxabi", "libunwind")
    ]


def serial_number(ours: dict[str, Component]) -> uuid.UUID:
    """A serial number that follows from the hashes of the files."""
    hashes = sorted(
        str(hash_.content)
        for component in ours.values()
        for reference in component.external_references
        for hash_ in reference.hashes
    )
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(hashes))


if __name__ == "__main__":
    main()
