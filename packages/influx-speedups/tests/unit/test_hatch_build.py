from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("hatchling")

from hatchling.builders.wheel import WheelBuilder

MEMBER = Path(__file__).parents[2]


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", MEMBER / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_extension_is_made_of_the_sources_that_are_here(hook: ModuleType) -> None:
    compiled = pytest.importorskip("_influx_speedups", reason="built without a compiler")
    assert hook.digest() == compiled.SOURCE_DIGEST, "it is older: hatch env remove default"


@pytest.mark.parametrize("version", ["standard", "editable"])
def test_without_a_compiler_the_wheel_is_pure_and_says_so(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    (wheel,) = WheelBuilder(str(MEMBER)).build(directory=str(tmp_path), versions=[version])
    assert wheel.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]
    printed = "".join(capfd.readouterr())
    assert "without its compiled codec" in printed
    assert "there is no C++ compiler" in printed


@pytest.mark.slow
@pytest.mark.parametrize("version", ["standard", "editable"])
def test_the_wheel_holds_the_extension_and_nothing_stays_behind(
    version: str, hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hook.find_compiler() is None:
        pytest.skip("there is no compiler")
    monkeypatch.setenv("CXXFLAGS", "-O0")
    (wheel,) = WheelBuilder(str(MEMBER)).build(directory=str(tmp_path), versions=[version])
    # An editable wheel is installed on the spot, and hatchling names it so for every platform.
    assert wheel.endswith("-any.whl") == (version == "editable")
    (extension,) = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]
    assert extension.startswith("_influx_speedups.")
    assert not [*MEMBER.rglob("*.so"), *MEMBER.rglob("*.o")]


def test_what_does_not_compile_is_told_with_the_compilers_words(
    hook: ModuleType, tmp_path: Path
) -> None:
    if hook.find_compiler() is None:
        pytest.skip("there is no compiler")
    (tmp_path / "wrong.cpp").write_text("this is no C++\n")
    failure = hook.compile_extension([tmp_path / "wrong.cpp"], tmp_path / "wrong.so")
    assert "failed:" in failure
    assert "wrong.cpp" in failure


def test_the_environment_chooses_the_compiler(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", "env no-such-compiler -m64")
    assert hook.find_compiler() == ["env", "no-such-compiler", "-m64"]
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert hook.find_compiler() is None
