"""随查 Suicha: double-random field inspections, offline on phones, reconciled on the server.

The folders are the business process in order (see docs/ARCHITECTURE.md):
registry -> draws -> inspections -> rectification -> publication -> credit.
"""

__version__ = "0.2.0"
