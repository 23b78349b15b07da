"""Requests and responses: endpoints, credentials, retries, timeouts, transports."""
