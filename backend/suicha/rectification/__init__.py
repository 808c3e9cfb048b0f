"""责令整改 (rectification): what was found wrong, by when it must be put right, and when we come back to look.

Upstream: inspections.  Basis: docs/basis.md#责令改正.
"""
