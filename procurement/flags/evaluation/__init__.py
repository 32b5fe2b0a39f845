"""What the rules say of the facts at a day."""
