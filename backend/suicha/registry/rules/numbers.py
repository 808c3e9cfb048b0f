"""Numbers of sites and people: given by an office, or by the system from the district's code."""

from collections.abc import Collection, Iterator
from itertools import count

from suicha.registry.rules.fields import Library

_LETTERS = {Library.SITES: ("S", 6), Library.INSPECTORS: ("P", 4)}


def prefix_of(library: Library, jurisdiction: str) -> str:
    """How the system's numbers in a district begin: S410105- for sites, P410105- for people."""
    return f"{_LETTERS[library][0]}{jurisdiction}-"


def first_free(library: Library, prefix: str, taken: Collection[str]) -> Iterator[str]:
    """Numbers after the highest that was ever given, so that none comes back."""
    digits = _LETTERS[library][1]
    used = [code.removeprefix(prefix) for code in taken if code.startswith(prefix)]
    highest = max((int(text) for text in used if text.isascii() and text.isdigit() and len(text) <= digits), default=0)
    known = set(taken)
    for number in count(highest + 1):
        code = f"{prefix}{number:0{digits}d}"
        if code not in known:
            yield code
