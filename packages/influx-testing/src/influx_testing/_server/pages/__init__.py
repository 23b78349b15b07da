"""Pages beside the API of a server, and what they may do with it."""
