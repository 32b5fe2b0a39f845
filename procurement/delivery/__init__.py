"""From the outbox to people: channels, attempts and retries."""
