"""Editable thresholds: values, previews of a change, ranges."""
