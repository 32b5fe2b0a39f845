"""Programs as cases: from the first doubt to the final costs."""
