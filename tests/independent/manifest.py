"""The manifest of a seal (0.9), built from ops alone."""

from collections.abc import Iterable
from typing import Any

from .canonical import canonical, sha256
from .fold import Op, conflicts, heads


def manifest(
    scope: str,
    edition_hash: str,
    ops: Iterable[Op],
    *,
    n: int = 1,
    prev_manifest: str | None = None,
) -> dict[str, Any]:
    """Describe a record: which ops are inside and what they say together."""
    inside = sorted({op.id: op for op in ops if op.is_record}.values(), key=lambda op: op.id)
    return {
        "scope": scope,
        "n": n,
        "edition": edition_hash,
        "ops": [op.id for op in inside],
        "ops_root": sha256("\n".join(op.first_hash for op in inside)),
        "registers": _registers(inside),
        "photos": _photos(inside),
        "conflicts": len(conflicts(inside)),
        "prev_manifest": prev_manifest,
    }


def seal_body(described: dict[str, Any], missing: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    text = canonical(described)
    return {"manifest": text, "manifest_hash": sha256(text), "missing": missing or []}


def _registers(ops: list[Op]) -> list[list[Any]]:
    """List every register that has an answer; heads that say null do not count as one."""
    rows = []
    for (item, name), found in heads(ops).items():
        told = [op for op in found if op.members["body"]["v"] is not None]
        if told:
            rows.append([f"{item}/{name}", sha256(canonical(told[0].members["body"]["v"])), [op.id for op in found]])
    return sorted(rows, key=lambda row: row[0])


def _photos(ops: list[Op]) -> list[list[Any]]:
    excluded = {op.members["body"]["photo_id"] for op in ops if op.members["kind"] == "photo.exclude@1"}
    added = [op.members["body"] for op in ops if op.members["kind"] == "photo.add@1"]
    rows = [[body["photo_id"], body["sha256"], body["size"]] for body in added]
    return sorted(row for row in rows if row[0] not in excluded)
