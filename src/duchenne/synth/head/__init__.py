"""The parametric head: its geometry, what action units do to it, and the mesh that is drawn."""
