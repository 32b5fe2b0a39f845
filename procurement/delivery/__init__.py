"""From the outbox to people: channels, attempts, and when to try again."""
