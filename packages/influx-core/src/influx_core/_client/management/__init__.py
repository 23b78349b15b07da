"""Manages the resources of InfluxDB 2.x."""
