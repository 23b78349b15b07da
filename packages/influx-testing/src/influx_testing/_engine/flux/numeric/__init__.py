"""The arithmetic of Flux's table functions, on plain columns: no tables, no storage.

A column is a list; None is a null. Times are integer nanoseconds since 1970.
"""
