"""What depends on the process and the interpreter: threads, forks, file locks, the collector."""
