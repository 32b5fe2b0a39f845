"""Backups, and what is done with them: docs/recovery.md."""
