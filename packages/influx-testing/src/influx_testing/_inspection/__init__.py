"""What a server received and what it stores, as a test looks at it."""
