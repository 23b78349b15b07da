"""Files are read in blocks that join to the whole, and that end with a line where they can."""

from __future__ import annotations

from io import BytesIO

import pytest

from influx_shell._cli.terminal import Terminal
from influx_shell._import.line_files import BLOCK_BYTES, LineFile, blocks_of, opened


@pytest.fixture
def blocks(tmp_path):
    path = tmp_path / "points.lp"

    def read(content: bytes, offset: int = 0) -> list[bytes]:
        path.write_bytes(content)
        with opened(str(path), Terminal.of_process()) as file:
            file.skip(offset)
            return list(blocks_of(file))

    return read


@pytest.mark.parametrize("offset", [0, 10, 30])
def test_a_block_of_a_file_ends_with_a_line(blocks, offset):
    content = b"m f=1 100\n" * (BLOCK_BYTES // 4) + b"m f=1"
    found = blocks(content, offset)
    assert b"".join(found) == content[offset:]
    assert len(found) == 3
    assert [block[-1:] for block in found] == [b"\n", b"\n", b"1"]


def test_a_line_that_is_longer_than_a_block_is_cut(blocks):
    content = b'm s="%b" 1\n' % (b"x" * BLOCK_BYTES * 2)
    found = blocks(content)
    assert b"".join(found) == content
    assert list(map(len, found))[:2] == [BLOCK_BYTES] * 2


def test_a_stream_is_read_whatever_its_lines_are():
    content = b"m f=1 1\n" * (BLOCK_BYTES // 8 + 1)
    stream = BytesIO(content)
    assert b"".join(blocks_of(LineFile("stdin", stream, stream, None))) == content
