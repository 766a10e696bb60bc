"""Synthetic faces whose action units are known in every frame."""
