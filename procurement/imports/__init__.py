"""Files that hold facts: read into rows, staged, and posted through the same verbs as the API."""
