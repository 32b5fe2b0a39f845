"""The REST API: one module per resource; what they share stands once, in the modules named for it."""
