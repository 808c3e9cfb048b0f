"""The manifest that a seal binds to: made on the leader's device, recomputed here from the ops that it names.

docs/sync-protocol.md, 0.9. What is not in `ops` is late: never dropped, never merged silently into a signed record.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from suicha.checklists.rules.scoring import ItemScore, permitted_scores, results_beside
from suicha.inspections.rules.facts import OpFact, Seal, SealState, SignatureFact
from suicha.inspections.rules.merge import Registers, included_photos
from suicha.kit.canonical import canonical_json
from suicha.kit.digest import sha256_hex, sha256_lines

NULL = "null"
# 行政处罚法 art. 42: no fewer than two officers.
OFFICERS_NEEDED = 2
LINE_MEMBERS = 3


def build_manifest(ops: Iterable[OpFact], *, scope: str, n: int, edition_hash: str, prev_manifest: str | None) -> str:
    """The canonical manifest over the record ops among `ops`, all of which count as admitted."""
    record = sorted((op for op in ops if op.is_record), key=lambda op: op.op_id)
    registers = Registers(record)
    return canonical_json(
        {
            "scope": scope,
            "n": n,
            "edition": edition_hash,
            "ops": [op.op_id for op in record],
            "ops_root": sha256_lines([op.first_hash for op in record]),
            "registers": _register_lines(registers),
            "photos": sorted([op.ref, op.blob_sha256, op.blob_bytes] for op in included_photos(record)),
            "conflicts": len(registers.in_conflict()),
            "prev_manifest": prev_manifest,
        }
    )


def _register_lines(registers: Registers) -> list[list[Any]]:
    lines: list[list[Any]] = []
    for item, field in registers.all():
        heads = registers.heads((item, field))
        values = sorted({head.value for head in heads if head.value not in (None, NULL)}, key=str)
        if values:
            lines.append([f"{item}/{field}", sha256_hex(str(values[0])), [head.op_id for head in heads]])
    return sorted(lines, key=lambda line: str(line[0]))


def not_sealable_because(
    manifest: Mapping[str, Any], item_codes: Iterable[str], scores: Mapping[str, ItemScore] = MappingProxyType({})
) -> list[dict[str, str]]:
    """Why a manifest cannot be sealed, judged on its own text; empty when it can.

    The text holds digests of values, not values. A score has so few possible ones that its digest tells which it is.
    """
    answered = {line[0]: line[1] for line in manifest["registers"]}
    codes = sorted(item_codes)
    reasons = [{"reason": "unanswered", "item": code} for code in codes if f"{code}/result" not in answered]
    reasons += [
        {"reason": "unscored", "item": code}
        for code in codes
        if code in scores
        and not _is_scored(scores[code], answered.get(f"{code}/result"), answered.get(f"{code}/score"))
    ]
    if manifest["conflicts"] > 0:
        reasons.insert(0, {"reason": "open_conflicts", "item": ""})
    return reasons


@cache
def _scored_pairs(rule: ItemScore) -> frozenset[tuple[str | None, str | None]]:
    """Digests of every result and score that go together."""
    pairs = {(_digest(result), _digest(s)) for s in permitted_scores(rule) for result in results_beside(rule, s)}
    return frozenset({*pairs, *([(_digest("na"), None)] if rule.may_be_na else [])})


def _digest(value: str) -> str:
    return sha256_hex(canonical_json(value))


def _is_scored(rule: ItemScore, result: str | None, score: str | None) -> bool:
    return result is None or (result, score) in _scored_pairs(rule)


def seal_state(
    seal: Seal,
    scope: str,
    ops: Mapping[str, OpFact],
    verified: Iterable[str],
    *,
    edition_hash: str,
    declined: frozenset[str] = frozenset(),
) -> SealState:
    """How far the seal can be checked now, from the ops that its manifest names and no others.

    `declined` are the ops that the leader decided not to take in: a manifest that names one cannot come true.
    """
    named = [ops.get(op_id) for op_id in seal.op_ids]
    if any(op is not None and cannot_count(op, declined) for op in named):
        return SealState.DISPUTED
    present = [op for op in named if op is not None and op.is_admitted]
    if len(present) < len(named):
        return SealState.PENDING_OPS
    prev_manifest = json.loads(seal.manifest)["prev_manifest"]
    again = build_manifest(present, scope=scope, n=seal.n, edition_hash=edition_hash, prev_manifest=prev_manifest)
    if again != seal.manifest:
        return SealState.DISPUTED
    missing = {op.blob_sha256 for op in included_photos(present)} - set(verified)
    return SealState.PENDING_BLOBS if missing else SealState.SEALED


def cannot_count(op: OpFact, declined: frozenset[str]) -> bool:
    """True for an op that was refused, or that the leader decided not to take in."""
    return op.outcome == "rejected" or (op.op_id in declined and not op.is_admitted)


def carried_over(seal: Seal, ops: Mapping[str, OpFact], declined: frozenset[str]) -> frozenset[str]:
    """What the next manifest has to name: all that this one names, but for what can never count."""
    return frozenset(op_id for op_id in seal.op_ids if (op := ops.get(op_id)) is None or not cannot_count(op, declined))


def is_signed(manifest_hash: str, signatures: Iterable[SignatureFact], officers: Iterable[str]) -> bool:
    """True when the representative signed or refused, and two officers signed, the leader counting as one."""
    on_it = [s for s in signatures if s.manifest_hash == manifest_hash]
    has_representative = any(s.role == "representative" for s in on_it)
    signed = {s.person for s in on_it if s.role in ("officer", "leader") and not s.is_refusal}
    return has_representative and len(signed & set(officers)) >= OFFICERS_NEEDED


def read_manifest(text: str) -> dict[str, Any]:
    """The members of a manifest; raises ValueError when one is missing or of the wrong shape."""
    said = json.loads(text)
    is_list = all(isinstance(said.get(name), list) for name in ("ops", "registers", "photos"))
    is_int = all(isinstance(said.get(name), int) for name in ("n", "conflicts"))
    is_text = all(isinstance(said.get(name), str) for name in ("scope", "edition", "ops_root"))
    lines_fit = is_list and all(
        isinstance(line, list) and len(line) == LINE_MEMBERS and isinstance(line[0], str) for line in said["registers"]
    )
    ops_fit = is_list and all(isinstance(op_id, str) for op_id in said["ops"])
    if not (is_list and is_int and is_text and lines_fit and ops_fit and "prev_manifest" in said):
        raise ValueError("a manifest lacks a member")
    return dict(said)
