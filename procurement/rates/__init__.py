"""Exchange rates: reference rates as published, budget rates as set, and which of them converts what."""
