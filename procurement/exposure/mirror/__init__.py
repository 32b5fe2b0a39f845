"""A columnar copy of the facts on this host, which answers questions about all contracts at other dates than today.

docs/decisions/0011-a-mirror-for-other-dates.md says why, docs/running.md how it is kept.
"""
