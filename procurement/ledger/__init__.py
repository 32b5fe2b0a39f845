"""The ledger: posting, completeness and as-of reads."""
