"""公示 (publication): what the public may know of a visit, as immutable snapshots with their corrections.

Upstream: rectification, inspections.  Basis: docs/basis.md#公示.
"""
