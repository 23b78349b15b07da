"""Sources and sinks that are files of line protocol or JSON lines."""
