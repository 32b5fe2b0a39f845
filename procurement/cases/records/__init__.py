"""What is on record of one contract, organization, country or source, for whoever reads about it."""
