"""What is around a face: lights, background, what covers it, and the camera."""
