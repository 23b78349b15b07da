"""Compiles the extension into the wheel; without a compiler, the wheel goes without.

Nothing is written beside the sources: the extension is built in a directory of its own, from where
the wheel takes it as a module of its own, `_influx_speedups`. So an editable wheel can hold it too.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULE = "_influx_speedups"
SOURCES = Path(__file__).parent / "ext"
OPTIMIZED = ["-O3", "-DNDEBUG"]
EXACT = ["-ffp-contract=off"]
"""A product is rounded before it is added, as in Python, so that results have the same bits."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Adds the compiled extension to a wheel, standard or editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and tell the builder what there is to include.

        Args:
            version: `standard` or `editable`.
            build_data: changed to name the file and the platform it is for.
        """
        self._directory = tempfile.mkdtemp(prefix="influx-speedups-")
        target = Path(self._directory, MODULE + sysconfig.get_config_var("EXT_SUFFIX"))
        failure = compile_extension(sorted(SOURCES.rglob("*.cpp")), target)
        if failure:
            self.app.display_warning(
                f"influx-speedups is built without its compiled codec: {failure}\n"
                "influx-core goes on with its own codec in Python."
            )
            return
        place = "force_include_editable" if version == "editable" else "force_include"
        build_data[place][str(target)] = target.name
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the directory; the wheel holds the extension by now."""
        shutil.rmtree(self._directory)


def compile_extension(sources: list[Path], target: Path) -> str:
    """Compile one module; return why that failed, or nothing."""
    compiler = find_compiler()
    if compiler is None:
        return "there is no C++ compiler (g++, clang++, or what CXX names)"
    command = [*compiler, *options(), *map(str, sources), "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{shlex.join(compiler)} failed:\n{done.stderr[:2000]}"


def find_compiler() -> list[str] | None:
    """The compiler's command: what the environment's CXX says, or one that is installed."""
    names = [os.environ["CXX"]] if "CXX" in os.environ else ["c++", "g++", "clang++"]
    for name in names:
        command = shlex.split(name)
        if command and shutil.which(command[0]):
            return command
    return None


def options() -> list[str]:
    """The compiler's options; those in CXXFLAGS come last, so they win."""
    linking = ["-undefined", "dynamic_lookup"] if platform.system() == "Darwin" else []
    return [
        "-std=c++17",
        "-shared",
        "-fPIC",
        "-pthread",
        "-fvisibility=hidden",
        "-fno-rtti",
        "-Wall",
        *OPTIMIZED,
        *EXACT,
        *linking,
        f"-I{SOURCES}",
        f"-I{sysconfig.get_path('include')}",
        f'-DSOURCE_DIGEST="{digest()}"',
        *shlex.split(os.environ.get("CXXFLAGS", "")),
    ]


def digest() -> str:
    """A digest of the sources: an extension holds that of the ones it was compiled from."""
    files = sorted(file for file in SOURCES.rglob("*") if file.suffix in (".cpp", ".hpp"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
