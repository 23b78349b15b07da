"""What the page asks about texts: tokens, errors, completion, canonical text. No I/O."""
