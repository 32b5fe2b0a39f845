"""Single cells: amounts, days and other values as people write them. Pure."""
