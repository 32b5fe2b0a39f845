"""Organizations and how names and identifiers match."""
