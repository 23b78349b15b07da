"""What a batch writer is made of; only its delivery waits, the rest is rules."""
