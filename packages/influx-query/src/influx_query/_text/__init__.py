"""The text of InfluxQL: tokens, quoting, and the spelling of numbers, times and durations."""
