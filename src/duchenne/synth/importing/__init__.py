"""From a clone of ICT-FaceKit to the compact model file."""
