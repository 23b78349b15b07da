"""From the syntax tree of a SELECT to a plan."""
