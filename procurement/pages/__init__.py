"""Pages for everybody, made on the server."""
