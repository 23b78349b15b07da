"""SQLiteSpool, the durable queue of batch writers on disk, and its parts."""
