"""The queue of a batch writer: encodes points and forms batches."""
