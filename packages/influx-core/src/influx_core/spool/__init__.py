"""Durable queues behind batch writers; `python -m influx_core.spool` looks into them."""
