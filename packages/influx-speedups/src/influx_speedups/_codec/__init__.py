"""The compiled codec, and what binds it to influx_core."""
