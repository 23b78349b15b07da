"""A compiled codec for influx_core: the same bytes, the same values, the same errors, only faster.

Clients find it by themselves. Who wants to call it takes it from its modules, which cannot be
imported where no compiler was when this was installed: see `available`.
"""

from influx_speedups.extension import available

__all__ = ["available"]
