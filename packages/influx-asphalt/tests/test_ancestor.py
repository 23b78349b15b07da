from __future__ import annotations

import subprocess
import sys

from asphalt.influxdb.ancestor import refuse_ancestor


def test_alone_we_are_content():
    refuse_ancestor()


def test_the_ancestor_beside_us_is_told_at_import(tmp_path, monkeypatch):
    metadata = tmp_path / "asphalt_influxdb-2.1.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: asphalt-influxdb\nVersion: 2.1.0\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    failed = subprocess.run(
        [sys.executable, "-c", "import asphalt.influxdb.client"], capture_output=True, text=True
    )
    assert failed.returncode == 1
    last_line = failed.stderr.strip().splitlines()[-1]
    assert last_line.startswith("ImportError: asphalt-influxdb 2.1.0 is installed beside")
    assert "pip uninstall asphalt-influxdb" in last_line
