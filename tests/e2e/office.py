"""What the office knows, asked over HTTP: the other side of what the phones show."""

import hashlib
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.live import Person

PICTURES_SECONDS = 60


class Office:
    """Somebody who is signed in over HTTP."""

    def __init__(self, url: str, person: Person) -> None:
        """Sign in."""
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)
        answer = self._http.post(
            "/api/auth/login", json={"username": person.username, "password": person.password}
        ).raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def record(self, visit: str) -> dict[str, Any]:
        """The record of a visit."""
        return self._get(f"/api/inspections/{visit}")

    def items(self, visit: str) -> dict[str, dict[str, Any]]:
        """The items of a record by code."""
        return {item["item"]: item for item in self.record(visit)["items"]}

    def problems(self, visit: str) -> dict[str, dict[str, Any]]:
        """The problems of a visit by item."""
        return {problem["item"]: problem for problem in self._get(f"/api/problems?inspection={visit}")["items"]}

    def rechecks(self, visit: str) -> list[dict[str, Any]]:
        """The rechecks of a visit."""
        return list(self._get(f"/api/rechecks?inspection={visit}")["items"])

    def export(self, visit: str) -> dict[str, Any]:
        """The visit as a file that anybody can check."""
        return self._get(f"/api/inspections/{visit}/export")

    def picture(self, sha256: str, size: str) -> bytes:
        """The bytes of a photo in one of its sizes; empty while there are none."""
        answer = self._http.get(f"/api/sync/v1/blobs/{sha256}", params={"size": size})
        return answer.content if answer.status_code == 200 else b""

    def picture_when_made(self, sha256: str, size: str) -> bytes:
        """The server draws its copies a few seconds after the bytes came."""
        end = time.monotonic() + PICTURES_SECONDS
        while not (data := self.picture(sha256, size)) and time.monotonic() < end:
            time.sleep(0.5)
        return data

    def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self._http.get(path).raise_for_status().json()
        return found


def sha256_of(path: Path) -> str:
    """The name of a file as evidence."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class DaysOff:
    """The holiday calendars as a person reads them: day by day, no cleverness."""

    days_off: frozenset[date]
    extra_workdays: frozenset[date]
    years: frozenset[int]

    @classmethod
    def read(cls, folder: Path) -> "DaysOff":
        """All calendars of a folder."""
        years = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yaml")]
        off = {day for year in years for h in year["holidays"] for day in _each(_day(h["from"]), _day(h["to"]))}
        extra = {_day(day) for year in years for day in year["extra_workdays"]}
        return cls(frozenset(off), frozenset(extra), frozenset(year["year"] for year in years))

    def is_workday(self, day: date) -> bool:
        """True when people work."""
        return day in self.extra_workdays or (day.weekday() < 5 and day not in self.days_off)

    def next_workday(self, day: date) -> date:
        """The first working day after."""
        day += timedelta(days=1)
        return day if self.is_workday(day) else self.next_workday(day)

    def due(self, start: date, value: int, unit: str) -> date:
        """The last day of a term that runs from `start`."""
        if unit == "working_days":
            for _ in range(value):
                start = self.next_workday(start)
            return start
        return self.next_workday(start + timedelta(days=value - 1))

    def is_guess(self, first: date, last: date) -> bool:
        """True when the days that were looked at reach into a year that nobody has announced."""
        return not {first.year, last.year} <= self.years


def _day(text: object) -> date:
    return date.fromisoformat(str(text))


def _each(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
