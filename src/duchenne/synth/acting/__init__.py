"""What a face does over time: scripts, their timing, which units go together, head and eyes."""
