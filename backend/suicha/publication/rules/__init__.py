"""What may be shown, until when it must be, and how personal data are masked."""
