"""Throttling and permissions as plain arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from suicha.accounts.rules import (
    Permission,
    Role,
    is_username,
    may_manage,
    may_see,
    password_weakness,
    permissions_of,
    proposed_username,
    wait_after,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (9, 32), (14, 900), (100, 900)])
def test_the_wait_doubles_after_five_wrong_passwords(failures: int, seconds: int) -> None:
    assert wait_after(failures, NOW, now=NOW) == timedelta(seconds=seconds)


def test_the_wait_runs_off() -> None:
    assert wait_after(6, NOW - timedelta(seconds=3), now=NOW) == timedelta(seconds=1)
    assert wait_after(6, NOW - timedelta(minutes=1), now=NOW) == timedelta(0)


def test_field_roles_cannot_read_the_board_and_the_office_cannot_write_a_record() -> None:
    assert permissions_of([Role.OFFICER]) == {Permission.SYNC, Permission.READ_OWN_TEAM}
    assert Permission.SYNC not in permissions_of([Role.OFFICE, Role.ADMIN])


def test_a_city_sees_its_districts_and_a_district_not_its_neighbour() -> None:
    assert may_see("4101", "410105")
    assert not may_see("410105", "410102")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kurz", "too_short"),
        ("x" * 201, "too_long"),
        ("the old password", "same_as_before"),
        ("my-Officer01-word", "contains_username"),
        ("20261122", "too_simple"),
        ("aaaabbbb", "too_simple"),
        ("水泵房检查通道钥匙", None),
        ("correct horse", None),
    ],
)
def test_a_new_password_is_weighed(password: str, why: str | None) -> None:
    assert password_weakness(password, username="officer01", old="the old password") == why


@pytest.mark.parametrize(("text", "fits"), [("hn410105-017", "yes"), ("ab", "no"), ("执法员01", "no"), ("A01", "no")])
def test_a_username_is_typed_alike_on_every_keyboard(text: str, fits: str) -> None:
    assert is_username(text) is (fits == "yes")


def test_the_certificate_number_becomes_the_username_and_a_taken_one_is_stepped_round() -> None:
    assert proposed_username("豫A-410105017", "P-0001", frozenset()) == "a-410105017"
    assert proposed_username(None, "410105-E003", frozenset()) == "410105-e003"
    assert proposed_username(None, "410105-E003", frozenset({"410105-e003", "410105-e003-2"})) == "410105-e003-3"
    assert proposed_username(None, "专家三", frozenset()) == "person"


@pytest.mark.parametrize(
    ("caller", "own", "roles", "theirs", "answer"),
    [
        ("office", "4101", ["officer"], "410105", "yes"),
        ("office", "4101", ["leader", "expert"], "410105", "yes"),
        ("office", "4101", ["witness"], "4101", "yes"),
        ("office", "4101", ["officer", "office"], "410105", "no"),
        ("office", "410105", ["officer"], "410102", "no"),
        ("office", "4101", ["officer"], "", "no"),
        ("admin", "4101", ["office"], "410105", "yes"),
        ("admin", "", ["admin"], "4101", "yes"),
        ("admin", "4101", ["officer"], "410200", "no"),
        ("leader", "", ["officer"], "410105", "no"),
    ],
)
def test_who_may_manage_whom(caller: str, own: str, roles: list[str], theirs: str, answer: str) -> None:
    assert may_manage(permissions_of([caller]), own, roles=roles, jurisdiction=theirs) is (answer == "yes")
