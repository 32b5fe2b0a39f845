"""The first page: parts that load each by itself, so that the page is there at once."""
