"""The rows behind a figure of exposure: which ledger rows it sums, at which share, and to what they come."""
