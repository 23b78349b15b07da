"""Faults: select requests, and change or withhold their responses."""
