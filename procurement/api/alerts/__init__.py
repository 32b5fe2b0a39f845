"""Subscriptions, their channels, and what was delivered."""
