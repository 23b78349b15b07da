"""The Flux engine: it compiles Flux programs and runs them on the storage."""
