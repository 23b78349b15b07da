"""What the Flux standard library has: the types of its functions and values."""
