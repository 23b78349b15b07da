"""The HTTP side of the fake, without sockets: requests in, responses out."""
