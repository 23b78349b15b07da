"""What several statements share: the clauses FROM, WHERE and so on, and the registry of parsers."""
