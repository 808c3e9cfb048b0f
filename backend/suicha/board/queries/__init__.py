"""What the desk reads: visits, the board, the calendar and one team, always through what the caller may see."""
