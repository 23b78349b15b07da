"""A web service that records its own timings in InfluxDB."""
