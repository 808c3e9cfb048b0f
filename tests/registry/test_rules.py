"""Credit codes, and who may be sent where."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suicha.registry.errors import UsccInvalid
from suicha.registry.rules import (
    InspectorFacts,
    InspectorKind,
    Period,
    checked_uscc,
    is_coordinate,
    is_full_team,
    is_uscc,
    masked_phone,
    may_be_sent,
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


def test_a_team_has_two_officers_and_an_expert() -> None:
    officer, expert = InspectorKind.OFFICER, InspectorKind.EXPERT
    assert is_full_team([officer, officer, expert])
    assert not is_full_team([officer, expert, expert])
    assert not is_full_team([officer, officer])


AN_OFFICER = InspectorFacts(
    id="one",
    kind=InspectorKind.OFFICER,
    home_jurisdiction="410105",
    certificate_expires_on=date(2026, 12, 31),
    recused_enterprise_ids=frozenset({"related enterprise"}),
    recused_site_ids=frozenset({"related site"}),
)


def _may(inspector: InspectorFacts, **changes: object) -> bool:
    visit: dict[str, object] = {
        "enterprise_id": "an enterprise", "site_id": "a site", "jurisdiction": "410102", "on": date(2026, 11, 22),
        "is_cross_district": True,
    }  # fmt: skip
    return may_be_sent(inspector, **{**visit, **changes})  # type: ignore[arg-type]


def test_an_officer_may_be_sent_across_district_borders_only() -> None:
    assert _may(AN_OFFICER)
    assert not _may(AN_OFFICER, jurisdiction="410105")
    assert _may(AN_OFFICER, jurisdiction="410105", is_cross_district=False)


def test_an_inspector_is_never_paired_with_a_recused_enterprise_or_site() -> None:
    assert not _may(AN_OFFICER, enterprise_id="related enterprise")
    assert not _may(AN_OFFICER, site_id="related site")


def test_an_officer_needs_a_certificate_on_the_day_and_an_expert_none() -> None:
    assert not _may(AN_OFFICER, on=date(2027, 1, 1))
    assert not _may(replace(AN_OFFICER, certificate_expires_on=None))
    assert _may(replace(AN_OFFICER, kind=InspectorKind.EXPERT, certificate_expires_on=None))


def test_nobody_is_sent_on_leave_or_after_removal() -> None:
    def leave(first: int, last: int) -> tuple[Period, ...]:
        return (Period(date(2026, 11, first), date(2026, 11, last)),)

    assert not _may(replace(AN_OFFICER, leaves=leave(22, 22)))
    assert _may(replace(AN_OFFICER, leaves=leave(20, 21) + leave(23, 30)))
    assert not _may(replace(AN_OFFICER, removed_on=date(2026, 11, 1)))
