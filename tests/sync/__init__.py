"""The proof of the merge: one machine over one port, driven in memory, on SQLite and on PostgreSQL."""
