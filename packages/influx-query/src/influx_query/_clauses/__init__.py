"""The clauses that several statements share: FROM, WHERE, GROUP BY, ORDER BY, LIMIT."""
