"""Rules by which contracts without a program are assigned to one: tried on what is loaded, and applied as an import."""
