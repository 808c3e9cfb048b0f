"""Ports: every adapter of one port passes the same acceptance suite."""
