"""Money, dates, errors and locks that every area stands on."""
