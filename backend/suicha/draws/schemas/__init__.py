"""Plans, campaigns, ceremonies and results on the wire."""
