"""Guided acts: pages that show what an act would change before it is recorded."""
