"""留痕 (journal): who did what and when; entries are added, never changed.

Upstream: nothing.  Basis: docs/basis.md (执法全过程记录).
"""
