"""Who may do what: roles, tokens, and requests that may be repeated."""
