"""The text of Flux: tokens, their values, quoting, and positions."""
