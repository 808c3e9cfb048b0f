"""What the machine asks of a server, whatever stands behind it."""

from dataclasses import dataclass
from typing import Any, Protocol

WireItem = dict[str, str]


@dataclass(frozen=True)
class Visit:
    """A visit as the test knows it before any phone pulled."""

    scope: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Three people who share two visits; `number` keeps the ids of one story apart from those of another."""

    number: int
    accounts: dict[str, str]
    x: Visit
    y: Visit


@dataclass(frozen=True)
class Reply:
    """What a push is answered."""

    acked_seq: int
    results: list[dict[str, Any]]


@dataclass(frozen=True)
class Tables:
    """What a server keeps beside the feed and could rebuild from it."""

    heads: frozenset[tuple[str, str, str]]
    conflicts: frozenset[tuple[str, str, str, tuple[str, ...], int, int | None]]
    outcomes: dict[str, tuple[str, str | None]]
    cases: dict[str, str | None]


class ServerPort(Protocol):
    """A server: in memory, or over a database."""

    def begin(self) -> Story:
        """New people, two new visits."""

    def push(self, replica: str, account: str, items: list[WireItem]) -> Reply:
        """Take a batch in."""

    def pull(self, account: str, cursors: dict[str, int], limit: int) -> tuple[dict[str, Any], list[str]]:
        """The pages by scope, and the scopes that were revoked."""

    def bring_blob(self, account: str, data: bytes) -> None:
        """All bytes of a blob arrive."""

    def revoke(self, account: str, scope: str) -> None:
        """The office takes a person's part in a visit back."""

    def replace_leader(self, old: str, new: str, scope: str) -> None:
        """The office takes the leader's part back and gives it to somebody of the team."""

    def restart(self) -> None:
        """The process ends and begins again."""

    def feed(self, scope: str, after: int) -> list[dict[str, Any]]:
        """The whole feed after a position, whoever may read it."""

    def tables(self, scope: str) -> Tables:
        """What is kept beside the feed."""
