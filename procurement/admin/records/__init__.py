"""The pages of programs, contracts, organizations and documents: everything on record of them, before it is edited."""
