"""Exposure by the status of programs through time."""
