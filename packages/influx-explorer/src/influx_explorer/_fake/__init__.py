"""What the page does with a fake server: its requests, faults, clock and data."""
