"""Measurements of this service beside yardsticks of the same run: `make bench`, or `python -m benchmarks --help`."""
