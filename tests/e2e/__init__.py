"""The story in a real browser: three phones, an office, and a server that comes and goes."""
