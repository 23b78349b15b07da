"""Failure policy, retry schedule, circuit breakers and dead letters of a batch writer."""
