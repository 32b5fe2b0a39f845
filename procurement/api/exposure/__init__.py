"""What the exposure is: answers, series, schedules, the portfolio."""
