"""Credit codes, phone numbers, places, certificates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suicha.registry.errors import UsccInvalid
from suicha.registry.rules import (
    InspectorKind,
    checked_uscc,
    is_certified,
    is_coordinate,
    is_uscc,
    masked_phone,
    uscc_check_character,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# Two codes of listed companies, as printed in their yearly reports, and one that was made up for the demo.
GOOD = ["9144030071526726XG", "91330100799655058B", "91410102000000019H"]


@pytest.mark.parametrize("code", GOOD)
def test_a_real_code_is_accepted(code: str) -> None:
    assert is_uscc(code)
    assert checked_uscc(f" {code.lower()} ") == code


@pytest.mark.parametrize(
    "code", ["", "9144030071526726X", "9144030071526726XGG", "9144030071526726XH", "9144030071526726IG", "９1440300715"]
)
def test_a_wrong_code_is_refused(code: str) -> None:
    assert not is_uscc(code)
    with pytest.raises(UsccInvalid):
        checked_uscc(code)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(first_17: str, place: int, other: str) -> None:
    code = first_17 + uscc_check_character(first_17)
    assert is_uscc(code)
    mistyped = code[:place] + other + code[place + 1 :]
    assert is_uscc(mistyped) is (mistyped == code)


def test_a_phone_number_is_masked_but_for_its_ends() -> None:
    assert masked_phone("13800000012") == "138******12"
    assert masked_phone("12345") == "*****"


def test_coordinates_are_plain_decimals() -> None:
    assert is_coordinate("34.759073", limit=90)
    assert not any(is_coordinate(text, limit=90) for text in ("", "north", "90.1", "1e1", "NaN"))


def test_an_officer_needs_a_certificate_on_the_day_and_an_expert_none() -> None:
    officer, ends_on = InspectorKind.OFFICER, date(2026, 12, 31)
    assert is_certified(officer, ends_on, until=ends_on)
    assert not is_certified(officer, ends_on, until=date(2027, 1, 1))
    assert not is_certified(officer, None, until=date(2026, 11, 22))
    assert is_certified(InspectorKind.EXPERT, None, until=date(2026, 11, 22))
