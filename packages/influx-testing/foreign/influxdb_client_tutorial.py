"""The tutorial with influxdb-client: its service and its tests, in a directory of their own."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs/tutorial/test-a-service-that-uses-influxdb-client.md"

text = PAGE.read_text()
service, *tests = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
(settings,) = re.findall(r"^```ini\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
with tempfile.TemporaryDirectory() as directory:
    Path(directory, "greenhouse.py").write_text(service)
    Path(directory, "test_greenhouse.py").write_text("\n\n".join(tests))
    Path(directory, "pytest.ini").write_text(settings)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=directory, check=False)
sys.exit(done.returncode)
