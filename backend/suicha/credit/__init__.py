"""信用: scores of a period with their arithmetic, lists and grades as proposals, what an approved entry changes.

Upstream: publication, rectification, inspections, registry.  Reads sealed facts only; a person decides every entry.
"""
