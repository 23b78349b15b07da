"""A compiled codec for influx_core: the same bytes, values and errors, several times faster.

Clients use it automatically. To call it directly, import `influx_speedups.codec`, which requires
the compiled extension; `available()` returns whether it was built.
"""

from influx_speedups._codec.extension import available

__all__ = ["available"]
