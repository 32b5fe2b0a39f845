"""Exposure: answers, series, schedules, the portfolio."""
