"""The compiled codec, and its adapters to influx_core."""
