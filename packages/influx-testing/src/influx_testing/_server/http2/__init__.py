"""HTTP/2 on a socket: connections, streams, calls of gRPC; an extra of this distribution."""
