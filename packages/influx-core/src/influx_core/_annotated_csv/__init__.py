"""Annotated CSV, the format of Flux results: a streaming parser and a writer."""
