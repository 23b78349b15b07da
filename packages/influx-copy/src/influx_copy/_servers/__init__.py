"""Sources and sinks that are servers."""
