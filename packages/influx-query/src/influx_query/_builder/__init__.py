"""The query builder, `SelectQuery`."""
