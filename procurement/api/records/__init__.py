"""EditableResource records: programs, contracts, organizations, documents, rates, fiscal years."""
