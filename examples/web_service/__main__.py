"""Starts the web service with its configuration file."""

from __future__ import annotations

from pathlib import Path

import yaml
from asphalt.core import run_application

CONFIG = Path(__file__).with_name("config.yaml")


def main() -> None:
    """Run the application."""
    run_application(**yaml.safe_load(CONFIG.read_text()))


if __name__ == "__main__":
    main()
