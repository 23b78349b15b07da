"""The batch writer: queueing, delivery, failure handling and receipts."""
