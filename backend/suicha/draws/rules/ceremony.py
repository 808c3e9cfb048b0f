"""The ceremony: which step may follow which, what a commitment is, when two entries of the public value agree.

docs/draw.md section 3 says why the order is what it is: freeze, commitments, public value, secrets, seal.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from suicha.draws.errors import CommitmentMalformed, IllegalDrawStep, SecretWrong, ValueMalformed
from suicha.draws.rules.record import commitment_of
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import is_sha256_text

OFFICIALS_AT_LEAST = 2
PEOPLE_WHO_ENTER = 2
LONGEST_VALUE = 200
_SECRET = re.compile(r"[0-9a-f]{16,64}")


class DrawKind(StrEnum):
    """A draw of sites and teams, or of one place in a team."""

    DRAW = "draw"
    REPLACEMENT = "replacement"


class DrawState(StrEnum):
    """已冻结, 承诺已截止, 数值已确认, 秘密已公开, 已封存, 作废, 已被取代."""

    FROZEN = "frozen"
    COMMITTED = "committed"
    VALUED = "valued"
    REVEALED = "revealed"
    SEALED = "sealed"
    SUPERSEDED = "superseded"
    VOID = "void"


NEXT: dict[DrawState, frozenset[DrawState]] = {
    DrawState.FROZEN: frozenset({DrawState.COMMITTED, DrawState.VOID}),
    DrawState.COMMITTED: frozenset({DrawState.VALUED, DrawState.VOID}),
    DrawState.VALUED: frozenset({DrawState.REVEALED, DrawState.VOID}),
    # From here on the result is fixed: only rules that leave no result void it.
    DrawState.REVEALED: frozenset({DrawState.SEALED, DrawState.VOID}),
    DrawState.SEALED: frozenset({DrawState.SUPERSEDED}),
    DrawState.SUPERSEDED: frozenset(),
    DrawState.VOID: frozenset(),
}
OPEN_STATES = frozenset({DrawState.FROZEN, DrawState.COMMITTED, DrawState.VALUED, DrawState.REVEALED})


class Step(StrEnum):
    """What somebody can do in a ceremony."""

    COMMIT = "commit"
    CLOSE = "close"
    ENTER_VALUE = "enter_value"
    REVEAL = "reveal"
    DECLARE_UNREVEALED = "declare_unrevealed"
    SEAL = "seal"
    VOID = "void"


STEPS: dict[DrawState, frozenset[Step]] = {
    DrawState.FROZEN: frozenset({Step.COMMIT, Step.CLOSE, Step.VOID}),
    DrawState.COMMITTED: frozenset({Step.ENTER_VALUE, Step.VOID}),
    # Who could call a draw off while secrets come in could choose among results: somebody must be named.
    DrawState.VALUED: frozenset({Step.REVEAL, Step.DECLARE_UNREVEALED}),
    DrawState.REVEALED: frozenset({Step.SEAL}),
    DrawState.SEALED: frozenset(),
    DrawState.SUPERSEDED: frozenset(),
    DrawState.VOID: frozenset(),
}


def check_step(state: str, step: Step) -> None:
    """Raises IllegalDrawStep where the ceremony does not stand at this step."""
    if step not in STEPS[DrawState(state)]:
        raise IllegalDrawStep(state=state, step=step.value)


def advanced(state: str, to: DrawState) -> str:
    """The state after a step; raises IllegalDrawStep where the table does not have it."""
    if to not in NEXT[DrawState(state)]:
        raise IllegalDrawStep(state=state, step=to.value)
    return to.value


def official_label(name: str, account_id: str, *, is_shared: bool) -> str:
    """The name under which an official stands in the record; two people of one name are told apart.

    It depends on nothing that may change between making the commitment and handing it in.
    """
    label = unicodedata.normalize("NFC", " ".join(name.split())) or account_id
    return f"{label}（{account_id[-4:]}）" if is_shared else label


def checked_commitment(text: str) -> str:
    """The commitment; raises CommitmentMalformed."""
    if not is_sha256_text(text):
        raise CommitmentMalformed
    return text


def checked_secret(text: str, *, commitment: str, pool_digest: str, official: str) -> str:
    """The secret in its one written form, as typed from paper or sent by a device; raises SecretWrong."""
    secret = "".join(text.split()).lower()
    if not _SECRET.fullmatch(secret) or commitment_of(pool_digest, official, secret) != commitment:
        raise SecretWrong(official=official)
    return secret


def checked_value(source: str, value: str) -> tuple[str, str]:
    """Source and value in NFC without space around them; raises ValueMalformed."""
    texts = tuple(unicodedata.normalize("NFC", text).strip() for text in (source, value))
    for name, text in zip(("source", "value"), texts, strict=True):
        if not 0 < len(text) <= LONGEST_VALUE or any(unicodedata.category(character) == "Cc" for character in text):
            raise ValueMalformed(field=name)
    return texts[0], texts[1]


def why_void(reason: str | None, unrevealed: str | None) -> str | None:
    """What later records say of a void draw: who refused stands in every one of them."""
    return f"{unrevealed}未公开秘密：{reason}" if unrevealed else reason


def value_key(source: str, value: str) -> str:
    """What two equal public values have in common: a value may serve once."""
    return sha256_hex(f"{source}\n{value}")


@dataclass(frozen=True)
class Entry:
    """What somebody entered as the public value."""

    account: str
    source: str
    value: str


def newest_entries(entries: Iterable[Entry]) -> list[Entry]:
    """The last word of each person, in the order in which they first spoke; `entries` are oldest first."""
    newest: dict[str, Entry] = {}
    for entry in entries:
        newest[entry.account] = entry
    return list(newest.values())


def agreed_value(entries: Iterable[Entry]) -> tuple[str, str] | None:
    """The public value once two people have entered the same."""
    newest = newest_entries(entries)
    values = {(entry.source, entry.value) for entry in newest}
    return values.pop() if len(newest) == PEOPLE_WHO_ENTER and len(values) == 1 else None


def randomness_of(value: tuple[str, str], secrets: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """The member `randomness` of the record; `secrets` are (official, commitment, secret)."""
    ordered = sorted(secrets)
    return {
        "method": "ceremony",
        "commitments": [{"official": official, "commitment": commitment} for official, commitment, _ in ordered],
        "public": {"source": value[0], "value": value[1]},
        "secrets": [{"official": official, "secret": secret} for official, _, secret in ordered],
    }
