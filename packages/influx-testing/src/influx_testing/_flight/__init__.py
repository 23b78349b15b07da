"""What Arrow Flight is made of: Protocol Buffers, the framing of gRPC, the messages of Flight."""
