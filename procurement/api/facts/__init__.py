"""Facts: append, correct, reverse, list; and all of them in one feed."""
