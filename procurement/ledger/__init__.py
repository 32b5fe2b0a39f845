"""The ledger: recording, completeness and as-of reads."""
