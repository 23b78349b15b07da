"""The InfluxDB 1.x engine: storage, catalog and InfluxQL execution, without any I/O."""
