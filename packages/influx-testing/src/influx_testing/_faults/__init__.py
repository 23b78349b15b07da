"""When a fault applies to a request, and how it disturbs the response."""
