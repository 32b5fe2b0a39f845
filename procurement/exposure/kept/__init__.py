"""What is kept so that answers need not read the ledger, and how it is brought up to date."""
