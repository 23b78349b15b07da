"""The query engine of the fake server: catalog, storage, statements, SELECT."""
