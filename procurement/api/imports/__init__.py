"""Files handed in through the API: their batches, what was said of their rows, and taking them back."""
