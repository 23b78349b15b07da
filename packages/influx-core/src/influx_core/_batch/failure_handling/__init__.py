"""What a failed delivery means, and what becomes of undeliverable points."""
