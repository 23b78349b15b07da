"""An Asphalt application that samples the machine it runs on and queries InfluxDB about it."""
