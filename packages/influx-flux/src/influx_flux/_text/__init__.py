"""From characters to tokens, and from tokens to values."""
