"""`python -m influx_shell` is the command `iql`."""

import sys

from influx_shell import main

if __name__ == "__main__":
    sys.exit(main())
