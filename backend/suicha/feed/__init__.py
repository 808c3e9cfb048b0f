"""下发 (feed): append-only news for phones; the way out, as sync is the way in.

Upstream: nothing.  Contract: docs/sync-protocol.md, 0.3 and 3.
"""
