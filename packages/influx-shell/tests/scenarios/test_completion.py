"""The completion scripts work in the shells that they are made for."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time

import pytest

pytestmark = pytest.mark.slow

_BASH = """
source ./script
COMP_WORDS=({line}) COMP_CWORD={last}
function=$(complete -p iql | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$function iql {word} {before}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def folder(iql, tmp_path, request):
    """A folder with the script of a shell; its name is the parameter."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    name = "_iql" if request.param == "zsh" else "script"
    (tmp_path / name).write_text(iql("completion", request.param).out)
    return tmp_path


def completed(*command: str, folder) -> list[str]:
    run = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=300
    )
    assert run.stderr == ""
    return [line.partition("\t")[0] for line in run.stdout.splitlines()]


@pytest.mark.parametrize("folder", ["bash"], indirect=True)
def test_bash_completes_commands_and_options(folder):
    for words, found in ((("iql", "que"), "query"), (("iql", "query", "--for"), "--format")):
        program = _BASH.format(
            line=" ".join(words), last=len(words) - 1, word=words[-1], before=words[-2]
        )
        assert completed("bash", "--norc", "-c", program, folder=folder) == [found]


@pytest.mark.parametrize("folder", ["fish"], indirect=True)
def test_fish_completes_commands_and_options(folder):
    for line, found in (("iql que", "query"), ("iql query --for", "--format")):
        program = f"source ./script; complete -C '{line}'"
        assert completed("fish", "--no-config", "-c", program, folder=folder) == [found]


@pytest.mark.parametrize("folder", ["zsh"], indirect=True)
def test_zsh_completes_commands(folder):
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb"})
    try:
        os.write(terminal, b"fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D\n")
        os.write(terminal, b"PS1='set''up> '\n")  # the quotes tell the prompt from its echo
        read_until(terminal, b"setup> ")
        os.write(terminal, b"iql que\t")
        read_until(terminal, b"iql query ")
    finally:
        os.close(terminal)
        os.waitpid(process, 0)


def read_until(terminal: int, wanted: bytes) -> None:
    """Read what a terminal shows until it shows this text."""
    shown = b""
    end = time.monotonic() + 120
    while wanted not in shown:
        assert time.monotonic() < end, shown
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 65536)
