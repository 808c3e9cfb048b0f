"""离线同步 (sync): the phone's only door for writing; every op gets a recorded outcome, nothing that arrived is lost.

Upstream: everything that a phone can change.  Contract: docs/sync-protocol.md.
"""
