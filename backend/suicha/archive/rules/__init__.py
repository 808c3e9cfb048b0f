"""What a bundle consists of, and what must hold in one. Pure."""
