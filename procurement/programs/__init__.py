"""Programs, their links and their status."""
