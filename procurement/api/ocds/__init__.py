"""Contracts as packages of the Open Contracting Data Standard."""
