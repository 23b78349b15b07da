"""Depends on the process and the interpreter: threads, forks, file locks, garbage collection."""
