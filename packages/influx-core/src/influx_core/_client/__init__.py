"""The client: sessions, queries, schema and administration."""
