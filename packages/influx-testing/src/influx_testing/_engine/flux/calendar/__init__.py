"""Calendar arithmetic on nanoseconds since 1970, with months and time zones."""
