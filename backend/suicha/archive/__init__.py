"""存档 (archive): one visit as a file that can be checked without us, and the whole installation as a backup.

Upstream: everything that has rows or files.  Contract: docs/operations.md, docs/adr/0018.
"""
