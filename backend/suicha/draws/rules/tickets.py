"""Tickets: hashes of the seed and a name, so that the order of lists has no influence (docs/draw.md section 1)."""

from collections.abc import Iterable
from hashlib import sha256


class Tickets:
    """All randomness of one draw. Cf. RFC 3797 and Rivest's consistent sampler (arXiv:1808.10016)."""

    def __init__(self, seed: str) -> None:
        """Take the 64 hexadecimal digits of the seed."""
        self._begun = sha256(seed.encode())

    def of(self, label: str, *parts: str | int) -> str:
        """H(label, parts…): 64 hexadecimal digits."""
        hashed = self._begun.copy()
        hashed.update("\n".join(("", label, *map(str, parts))).encode())
        return hashed.hexdigest()

    def number(self, label: str, *parts: str | int) -> int:
        """N(label, parts…): the same as a number of 256 bits."""
        return int(self.of(label, *parts), 16)

    def ordered_ids(self, label: str, ids: Iterable[str], *before: str | int) -> list[str]:
        """Identifiers in the order of H(label, before…, id)."""
        return sorted(ids, key=lambda name: (self.of(label, *before, name), name))
