"""Parses CSV: that of InfluxDB 1.x, and that of InfluxDB 3."""
