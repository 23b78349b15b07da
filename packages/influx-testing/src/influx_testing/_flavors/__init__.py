"""The HTTP APIs of the fake, without sockets: a request in, a response out."""
