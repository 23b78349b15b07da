"""A compiled codec for influx_core: the same bytes, values and errors, several times faster.

Clients find it by themselves. To call it directly, import `influx_speedups.codec`, which needs the
compiled extension; `available()` tells whether it was built.
"""

from influx_speedups._codec.extension import available

__all__ = ["available"]
