"""Dice that fall the same for the same words, on every machine and in every version of Python."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from suicha.kit.digest import sha256_hex

T = TypeVar("T")


def roll(sides: int, *words: object) -> int:
    """A number from 0 to sides-1."""
    return int(sha256_hex("/".join(map(str, words)))[:12], 16) % sides


def chance(per_mille: int, *words: object) -> bool:
    """True in `per_mille` of a thousand cases."""
    return roll(1000, *words) < per_mille


def pick(options: Sequence[T], *words: object) -> T:
    """One of the options."""
    return options[roll(len(options), *words)]


def shuffled(options: Iterable[T], *words: object) -> list[T]:
    """The options in another order; each draws its lot by its number, so equal options are no trouble."""
    lots = sorted(enumerate(options), key=lambda option: sha256_hex("/".join(map(str, (*words, option[0])))))
    return [option for _, option in lots]
