"""Comparing what the rules say with the flags that stand, and storing the difference."""
