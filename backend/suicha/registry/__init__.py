"""名录库 (registry): who and what can be inspected, and who may inspect.

Upstream: accounts.  Basis: docs/basis.md#名录库.
"""
