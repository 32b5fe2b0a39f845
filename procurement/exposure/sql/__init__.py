"""The SQL of contract values, lines and groups."""
