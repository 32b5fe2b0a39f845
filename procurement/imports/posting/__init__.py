"""Posting rows of files by sets, by the rules of the API and the admin."""
