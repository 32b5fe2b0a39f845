"""Conditions found in the facts, their evidence and their life."""
