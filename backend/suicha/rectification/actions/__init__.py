"""What happens to problems, orders and rechecks; nothing here commits."""

from suicha.rectification.actions.opening import (
    open_for,
    turn,
)

__all__ = [
    "open_for",
    "turn",
]
