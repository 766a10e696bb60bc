"""From a subject, a state and a scene to pixels; the loops are compiled by numba."""
