"""The SELECTs that several rules share."""
