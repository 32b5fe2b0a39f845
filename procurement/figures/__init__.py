"""Reported figures."""
