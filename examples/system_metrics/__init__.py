"""An Asphalt application that samples the machine it runs on, and asks InfluxDB about it."""
