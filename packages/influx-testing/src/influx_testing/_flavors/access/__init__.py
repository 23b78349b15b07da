"""Who sends a request, and what that user may do."""
