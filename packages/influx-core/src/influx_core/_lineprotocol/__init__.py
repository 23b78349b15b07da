"""Line protocol: encodes and decodes points."""
