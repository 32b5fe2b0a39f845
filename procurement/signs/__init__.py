"""Signs of life: when each process was last heard, and when work that is done from time to time last ended."""
