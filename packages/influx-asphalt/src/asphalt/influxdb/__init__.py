"""InfluxDB for Asphalt applications."""

from asphalt.influxdb.ancestor import refuse_ancestor

refuse_ancestor()
