"""Documents, and what every sourced fact has in common."""
