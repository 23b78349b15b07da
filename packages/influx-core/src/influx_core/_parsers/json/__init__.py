"""Parses JSON: the documents of InfluxDB 1.x, the row objects and JSON lines of InfluxDB 3."""
