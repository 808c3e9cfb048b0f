"""检查表 (checklists): what is asked, as versioned data that never changes once it is stored.

Upstream: registry.  Data: the top folder checklists/.  Basis: docs/basis.md#检查事项.
"""
