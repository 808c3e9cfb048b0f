"""Throttling and permissions as plain arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from suicha.accounts.rules import Permission, Role, may_see, permissions_of, wait_after

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (9, 32), (14, 900), (100, 900)])
def test_the_wait_doubles_after_five_wrong_passwords(failures: int, seconds: int) -> None:
    assert wait_after(failures, NOW, now=NOW) == timedelta(seconds=seconds)


def test_the_wait_runs_off() -> None:
    assert wait_after(6, NOW - timedelta(seconds=3), now=NOW) == timedelta(seconds=1)
    assert wait_after(6, NOW - timedelta(minutes=1), now=NOW) == timedelta(0)


def test_field_roles_cannot_read_the_board_and_the_office_cannot_write_a_record() -> None:
    assert permissions_of([Role.OFFICER]) == {Permission.SYNC}
    assert Permission.SYNC not in permissions_of([Role.OFFICE, Role.ADMIN])


def test_a_city_sees_its_districts_and_a_district_not_its_neighbour() -> None:
    assert may_see("4101", "410105")
    assert not may_see("410105", "410102")
