"""What every resource shares: reading requests, writing answers, pages, problems, access."""
