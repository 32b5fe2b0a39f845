"""A case as a news story tells it: its source, a program, what was decided or said, contracts and amounts at once."""
