"""HTTP/1.1 on a socket, as the server of Go speaks it."""
