"""What people are told, and what is sent outside."""
