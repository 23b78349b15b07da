"""The parts that come with influx_core, and the request log."""
