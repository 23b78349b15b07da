"""What is of Go, and not of InfluxDB: the order of its sort and heap, its JSON, its patterns."""
