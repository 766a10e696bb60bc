"""Synthetic people: skin, hair, lashes, glasses, lines, and all of it put on one head."""
