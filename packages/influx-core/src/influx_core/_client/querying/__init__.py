"""Queries of a client: InfluxQL, SQL and Flux, parsed or as bytes."""
