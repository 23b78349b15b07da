"""From a point to an encoded batch whose turn it is."""
