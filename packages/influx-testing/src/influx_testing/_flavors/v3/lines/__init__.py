"""Line protocol as 3.x reads it."""
