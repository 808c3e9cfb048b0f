"""证据 (evidence): custody of bytes; it knows who brought them and who points at them, not what they prove.

A blob is named by the SHA-256 of its bytes as captured, is never re-encoded, and is "verified" once bytes of
that digest are in the object store. Whoever refers to it records a link from a scope; readers come by the links.

Upstream: feed (locks), accounts.  Contract: docs/sync-protocol.md 0.8.
"""
