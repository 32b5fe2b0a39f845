"""Money, dates, errors and locks that every area uses."""
