"""Bundles, backups and restores, over installations that have been used."""
