"""双随机抽取 (draws): choose what is inspected and who inspects, so that anyone can recompute it.

Upstream: registry, checklists.  Basis: docs/basis.md#双随机抽查.  The algorithm: docs/draw.md.
"""
