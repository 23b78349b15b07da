"""Durable queues behind batch writers."""
