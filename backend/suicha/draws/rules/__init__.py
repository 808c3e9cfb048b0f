"""The draw as plain functions over a pool and a seed: docs/draw.md, section by section."""
