"""Finding: what search boxes of lists look for, and one search over everything."""
