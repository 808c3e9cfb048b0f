"""What the desk counts, and what it says needs a decision."""
