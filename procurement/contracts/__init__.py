"""Contracts, their status, allocations, milestones, estimates and guarantees."""
