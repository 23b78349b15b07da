"""Arrow Flight of 3.x: tickets, rows as Arrow data, Flight SQL."""
