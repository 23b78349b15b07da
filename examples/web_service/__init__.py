"""A web service that keeps its own timings in InfluxDB."""
