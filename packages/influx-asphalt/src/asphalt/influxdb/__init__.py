"""InfluxDB for Asphalt applications."""
