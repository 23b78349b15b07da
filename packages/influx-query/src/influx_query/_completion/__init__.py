"""What may stand at the cursor of a query, and how it is written."""
