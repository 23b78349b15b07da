"""What sources and sinks of files share, and files of CSV."""
