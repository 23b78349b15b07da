"""Behaviour of Go, not of InfluxDB: its sort, heap, JSON decoder and regular expressions."""
