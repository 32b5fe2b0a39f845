"""What several formats of Japanese publications share. Pure."""
