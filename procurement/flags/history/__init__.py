"""What the rules would have said on past days."""
