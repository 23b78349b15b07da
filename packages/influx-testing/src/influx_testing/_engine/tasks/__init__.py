"""The tasks of 2.x: their options, their schedules, and their runs."""
