"""Tables of any layout, read by a column mapping that a person made. Pure."""
