"""What the contract exposure is, at any asked dates."""
