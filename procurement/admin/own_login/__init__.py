"""Logging in, and the pages on which everybody looks after their own login: second factor and sessions."""
