"""The import of line protocol: files, bodies of lines, and rejected lines."""
