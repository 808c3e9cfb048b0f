"""What an addendum (更正记录) changed: manifest n against the one before it, in the words of the record. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suicha.inspections.rules.manifest import read_manifest
from suicha.inspections.rules.told import ToldOp
from suicha.inspections.rules.transcript import Line, Stamp, Transcript


@dataclass(frozen=True)
class Change:
    """One answer: what it was, what it is now (null for none), by whom and when, and the reason where one was given."""

    item: str
    field: str
    was: Any
    now: Any
    stamp: Stamp | None
    reason: str | None


@dataclass(frozen=True)
class Difference:
    """Answers that changed, and what was added beside them: notes, readings, photos and what takes such back."""

    changes: tuple[Change, ...] = ()
    added: tuple[Line, ...] = ()


def difference(earlier: str | None, later: str, ops: Mapping[str, ToldOp], transcript: Transcript) -> Difference:
    """What the later manifest says otherwise than the earlier one."""
    if earlier is None:
        return Difference()
    before, after = read_manifest(earlier), read_manifest(later)
    was, now = _heads(before), _heads(after)
    touched = [name for name in sorted(was.keys() | now.keys()) if _value(was, name, ops) != _value(now, name, ops)]
    new = [op_id for op_id in after["ops"] if op_id not in set(before["ops"]) and op_id in ops]
    added = sorted((ops[op_id] for op_id in new if ops[op_id].fact.register is None), key=lambda op: op.pos)
    return Difference(
        tuple(_change(name, was, now, ops, transcript) for name in touched),
        tuple(transcript.line(op) for op in added),
    )


def _heads(manifest: Mapping[str, Any]) -> dict[str, str]:
    return {line[0]: line[2][0] for line in manifest["registers"]}


def _value(heads: Mapping[str, str], name: str, ops: Mapping[str, ToldOp]) -> str | None:
    op = ops.get(heads.get(name, ""))
    return op.fact.value if op else None


def _change(
    name: str, was: Mapping[str, str], now: Mapping[str, str], ops: Mapping[str, ToldOp], transcript: Transcript
) -> Change:
    item, _, field = name.partition("/")
    by = ops.get(now.get(name, ""))
    return Change(
        item=item,
        field=field,
        was=json.loads(_value(was, name, ops) or "null"),
        now=json.loads(_value(now, name, ops) or "null"),
        stamp=transcript.stamp(by) if by else None,
        reason=by.body.get("reason") if by else None,
    )
