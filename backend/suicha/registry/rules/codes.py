"""Codes: credit codes, jurisdictions, coordinates; and how a phone number is shown.

Credit codes: GB 32100-2015, 统一社会信用代码编码规则.
Jurisdictions: GB/T 2260, and statistical codes (12 digits, of which the first six are those of GB/T 2260) for
development zones and below.
"""

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from suicha.registry.errors import UsccInvalid

# GB 32100: digits and capitals without I, O, S, V, Z, which are too easily misread.
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_LENGTH = 18
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(_USCC_LENGTH - 1))
_DIGITS_SHOWN_FIRST, _DIGITS_SHOWN_LAST = 3, 2
# GB/T 2260: the first two digits of all provinces, autonomous regions, municipalities and special regions.
_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82"
_DISTRICT_DIGITS = 6


class JurisdictionKind(StrEnum):
    """Where a code comes from: the national standard, or statistics (development zones have no other)."""

    GB2260 = "gb2260"
    STATISTICAL = "statistical"


def uscc_check_character(first_17: str) -> str:
    """The 18th character of a credit code; raises UsccInvalid where one of the 17 cannot stand there."""
    if len(first_17) != len(_USCC_WEIGHTS) or any(character not in _USCC_ALPHABET for character in first_17):
        raise UsccInvalid(uscc=first_17)
    total = sum(
        _USCC_ALPHABET.index(character) * weight for character, weight in zip(first_17, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """True for a well-formed credit code with the right check character."""
    try:
        return len(text) == _USCC_LENGTH and uscc_check_character(text[:17]) == text[17]
    except UsccInvalid:
        return False


def checked_uscc(text: str) -> str:
    """The code in its one written form; raises UsccInvalid."""
    code = text.strip().upper()
    if not is_uscc(code):
        raise UsccInvalid(f"{code[:18]} 的长度、字符或校验码不符合 GB 32100", uscc=code[:18])
    return code


def masked_phone(phone: str) -> str:
    """The number for eyes that need not call it: all but the first three and last two digits hidden."""
    digits = [place for place, character in enumerate(phone) if character.isdigit()]
    is_long = len(digits) > _DIGITS_SHOWN_FIRST + _DIGITS_SHOWN_LAST
    hidden = set(digits[_DIGITS_SHOWN_FIRST:-_DIGITS_SHOWN_LAST] if is_long else digits)
    return "".join("*" if place in hidden else character for place, character in enumerate(phone))


def is_coordinate(text: str, *, limit: int) -> bool:
    """True for a plain decimal in text form between -limit and limit."""
    try:
        return "e" not in text.lower() and abs(Decimal(text)) <= limit
    except InvalidOperation:
        return False


def is_jurisdiction_code(code: str, kind: JurisdictionKind) -> bool:
    """True where the code has the form of its kind: six digits, or six, nine or twelve, of a province that exists."""
    form = r"[0-9]{6}" if kind is JurisdictionKind.GB2260 else r"[0-9]{6}([0-9]{3}){0,2}"
    return re.fullmatch(form, code) is not None and code[:2] in _PROVINCES.split()


def plain_jurisdiction(code: str) -> str:
    """One code for one district: a statistical code that only adds zeros to six digits is written without them."""
    first, rest = code[:_DISTRICT_DIGITS], code[_DISTRICT_DIGITS:]
    return first if rest and not rest.strip("0") else code
