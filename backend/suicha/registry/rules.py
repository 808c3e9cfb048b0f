"""Codes and kinds of the registry, and who may be sent where.

Credit codes: GB 32100-2015, 统一社会信用代码编码规则.
Jurisdictions: GB/T 2260, and statistical codes for development zones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from suicha.registry.errors import UsccInvalid

# GB 32100: digits and capitals without I, O, S, V, Z, which are too easily misread.
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_LENGTH = 18
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(_USCC_LENGTH - 1))
_OFFICERS_AT_LEAST = 2
_DIGITS_SHOWN_FIRST, _DIGITS_SHOWN_LAST = 3, 2


class JurisdictionKind(StrEnum):
    """Where a code comes from: the national standard, or statistics (development zones have no other)."""

    GB2260 = "gb2260"
    STATISTICAL = "statistical"


class InspectorKind(StrEnum):
    """执法人员 inspect; 行业专家 assist and never decide."""

    OFFICER = "officer"
    EXPERT = "expert"


@dataclass(frozen=True)
class InspectorFacts:
    """What decides whether somebody may be sent to a site."""

    id: str
    kind: InspectorKind
    home_jurisdiction: str
    certificate_expires_on: date | None
    is_on_leave: bool
    recused_enterprise_ids: frozenset[str]
    recused_site_ids: frozenset[str]


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


def has_valid_certificate(inspector: InspectorFacts, *, on: date) -> bool:
    """Officers need a certificate that has not run out (行政检查 by certified staff only); experts need none."""
    if inspector.kind is InspectorKind.EXPERT:
        return True
    return inspector.certificate_expires_on is not None and inspector.certificate_expires_on >= on


def is_recused(inspector: InspectorFacts, *, enterprise_id: str, site_id: str) -> bool:
    """回避: an interest in the enterprise or the site has been declared."""
    return enterprise_id in inspector.recused_enterprise_ids or site_id in inspector.recused_site_ids


def may_be_sent(
    inspector: InspectorFacts, *, enterprise_id: str, site_id: str, jurisdiction: str, on: date, is_cross_district: bool
) -> bool:
    """True when nothing bars this person from this site on that day."""
    if inspector.is_on_leave or not has_valid_certificate(inspector, on=on):
        return False
    if is_recused(inspector, enterprise_id=enterprise_id, site_id=site_id):
        return False
    return not is_cross_district or inspector.home_jurisdiction != jurisdiction


def is_full_team(kinds: Iterable[InspectorKind]) -> bool:
    """At least two officers, and an expert to assist (two officers at least: 行政处罚法 art. 42)."""
    present = list(kinds)
    return present.count(InspectorKind.OFFICER) >= _OFFICERS_AT_LEAST and InspectorKind.EXPERT in present
