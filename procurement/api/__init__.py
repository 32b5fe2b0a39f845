"""The REST API: one module per resource; shared code is in `http`."""
