"""账号与机构 (accounts): who may sign in, as what, and from which device session.

Upstream: journal.  Contract: docs/sync-protocol.md, 0.1.
"""
