"""Process-wide facilities: threads, forks, file locks, garbage collection."""
