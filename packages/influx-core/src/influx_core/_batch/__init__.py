"""The batch writer: only the delivery waits, the rest is pure rules."""
