"""Statements: who may run them, what they mean, what they answer."""
