"""What leaving was estimated to cost, against what it did cost."""
