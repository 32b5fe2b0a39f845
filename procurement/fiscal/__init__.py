"""Fiscal years: when each country begins its own, and what year and quarter a day belongs to."""
