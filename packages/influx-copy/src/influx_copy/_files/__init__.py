"""Sources and sinks that are files of text."""
