"""Readings over time: smoothed for the eye, and set against the person's own neutral face.

Takes times and values, gives values; knows no network, no video and no clock.
"""
