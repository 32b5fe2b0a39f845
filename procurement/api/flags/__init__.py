"""Flags, their rules, and what people do with them."""
