"""看板 (board): the visits and the round at a glance, over all stages; it reads and never writes.

Upstream: inspections, rectification.  It has no tables of its own.
"""
