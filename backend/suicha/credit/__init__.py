"""信用 (credit): proposes records, lists and grades with their arithmetic; a person decides, the enterprise may object.

Upstream: publication, rectification.  Basis: docs/basis.md#信用.
"""
