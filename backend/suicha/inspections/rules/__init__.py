"""The merge, the manifest and the states of a visit: plain functions that a lawyer could follow."""
