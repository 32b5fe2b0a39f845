"""What users keep for their own work: what they have seen, and lists that they saved."""
