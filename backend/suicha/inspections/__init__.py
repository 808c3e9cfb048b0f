"""检查 (inspections): one site, one visit, one record made by several people on several devices.

Upstream: registry, checklists, evidence, feed.  Contract: docs/sync-protocol.md.  Basis: docs/basis.md#检查.
"""
