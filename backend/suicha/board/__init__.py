"""看板 (board): visits, campaigns, teams and days at a glance, over all stages; it reads and never writes.

Upstream: inspections, rectification.  It has no tables of its own.
"""
