"""Whether what is kept says what the ledger says."""
