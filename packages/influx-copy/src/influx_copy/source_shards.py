"""The public API for programs that divide what they read of an InfluxDB 1.x as its source does.

`shards_of` reads the result of `SHOW SHARDS`.
"""

from influx_copy._servers.shards import Shard, shards_of

__all__ = ["Shard", "shards_of"]
