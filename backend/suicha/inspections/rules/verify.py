"""Checks an exported visit without trusting the server that exported it (`suicha verify inspection`).

Pure: an auditor can run it on a laptop with the file alone. What it shows: the feed is whole, each op is what its
author's device chained, merge, conflicts, seal and signatures follow from the ops, nothing was overwritten silently.
What it cannot show: that the last entries were not cut off, unless a device or a paper holds a later hash of the chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from suicha.feed.rules import chain_break
from suicha.inspections.rules.facts import Seal, SealState, TeamRole
from suicha.inspections.rules.manifest import is_signed, seal_state
from suicha.inspections.rules.merge import state_root_of
from suicha.inspections.rules.replay import Finding, Replay
from suicha.inspections.rules.told import ToldOp
from suicha.kit.canonical import NotCanonical, strict_json
from suicha.kit.digest import ZERO_HASH
from suicha.kit.ids import is_sha256_text

EXPORT_KIND = "inspection-export"


@dataclass(frozen=True)
class Report:
    """What was checked and what does not hold."""

    scope: str
    entry_count: int
    op_count: int
    admitted_count: int
    late_count: int
    open_conflicts: tuple[str, ...]
    seals: tuple[tuple[int, str, str], ...]
    is_signed: bool
    addendum: int | None
    state_root: str
    chain_head: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """True when everything that was checked holds."""
        return not self.findings

    def lines(self) -> list[str]:
        """The report for people."""
        said = [
            f"{self.scope}",
            f"  entries      {self.entry_count}, chain head {self.chain_head}",
            f"  ops          {self.op_count}, admitted {self.admitted_count}, late {self.late_count}",
            f"  state root   {self.state_root}",
            f"  conflicts    {', '.join(self.open_conflicts) or 'none open'}",
        ]
        said += [f"  seal {n}       {state}, manifest {digest}" for n, digest, state in self.seals] or [
            "  seal         none"
        ]
        said += [f"  addendum     {self.addendum} is open"] if self.addendum else []
        said += [f"  signed       {'yes' if self.is_signed else 'no'}"]
        said += [f"  FAULT {f.code} at {f.where}: {f.text}" for f in self.findings]
        return [*said, "sound" if self.is_sound else f"NOT SOUND: {len(self.findings)} findings"]


def verify_export(export: Mapping[str, Any]) -> Report:
    """Recompute everything in an export; raises ValueError when it is not one at all."""
    scope, edition, entries = _read(export)
    replay = Replay(scope, edition)
    _check_chain(replay, entries)
    for pos, raw, _ in entries:
        _take(replay, pos, raw)
    _check_replicas(replay)
    _check_conflicts(replay)
    _check_seals(replay)
    return _report(replay, entries)


def _read(export: Mapping[str, Any]) -> tuple[str, tuple[str, str], list[tuple[int, str, str]]]:
    try:
        if export["suicha"] != EXPORT_KIND or export["v"] != 1:
            raise ValueError("not an export of an inspection in version 1")
        entries = [(int(e["pos"]), str(e["raw"]), str(e["hash"])) for e in export["entries"]]
        return str(export["scope"]), (export["edition"]["id"], export["edition"]["hash"]), entries
    except (KeyError, TypeError) as error:
        raise ValueError(f"not an export of an inspection: {error} is missing or of the wrong shape") from error


def _check_chain(replay: Replay, entries: list[tuple[int, str, str]]) -> None:
    try:
        said = chain_break(replay.scope, entries)
    except (NotCanonical, KeyError, TypeError) as error:
        said = f"an entry cannot be read: {error}"
    if said is not None:
        replay.note("chain_broken", "feed", said)


def _take(replay: Replay, pos: int, raw: str) -> None:
    try:
        said = strict_json(raw)
        replay.take(pos, said["type"], said["body"])
    except (NotCanonical, KeyError, TypeError, ValueError) as error:
        replay.note("entry_unreadable", f"entry {pos}", f"{type(error).__name__}: {error}")


def _check_replicas(replay: Replay) -> None:
    """Each device chained its ops itself: what lies between two neighbours cannot have been changed or swapped."""
    logs: dict[str, list[ToldOp]] = {}
    for op in replay.told.values():
        logs.setdefault(op.fact.replica, []).append(op)
    for replica, log in sorted(logs.items()):
        log.sort(key=lambda op: op.fact.seq)
        if log[0].fact.seq == 1 and log[0].prev != ZERO_HASH:
            replay.note("replica_broken", f"{replica} 1", "the first op of a device follows none")
        for earlier, later in pairwise(log):
            where = f"{replica} {later.fact.seq}"
            if later.fact.seq == earlier.fact.seq:
                replay.note("replica_forked", where, "two ops claim one place in a device's log")
            elif later.fact.seq == earlier.fact.seq + 1 and later.prev != _chained_hash(earlier):
                replay.note("replica_broken", where, "an op does not follow the one before it on its device")


def _chained_hash(op: ToldOp) -> str:
    """What the next op names as the one before it: a void stands for the op to which that was chained."""
    voided = op.body.get("op_hash") if op.fact.kind == "op.void@1" else None
    return str(voided) if is_sha256_text(voided) else op.fact.hash


def _check_conflicts(replay: Replay) -> None:
    """Every disagreement is shown, with all its sides."""
    shown = {(row.item, row.field): row for row in replay.rows.values() if row.closed_pos is None}
    for register in replay.registers.in_conflict():
        if register not in shown:
            replay.note("conflict_hidden", "/".join(register), "people disagree, but no conflict is open")
    for register, row in shown.items():
        if row.heads != replay.heads_of(register):
            replay.note("wrong_heads", "/".join(register), "the open conflict does not show the values that stand")


def _check_seals(replay: Replay) -> None:
    prev: str | None = None
    for n, seal in sorted(replay.seals.items()):
        said = strict_json(seal.manifest)
        if said["n"] != n or said["prev_manifest"] != prev or said["conflicts"] or said["edition"] != replay.edition[1]:
            replay.note(
                "seal_wrong", f"seal {n}", "number, predecessor, edition or open conflicts do not admit the seal"
            )
        prev = seal.manifest_hash
    if not replay.seals:
        return
    seal = replay.seals[max(replay.seals)]
    _check_seal_state(replay, seal)
    for earlier in replay.seals.values():
        _check_earlier(replay, earlier, seal)
    for op in replay.told.values():
        stands = replay.ops.get(op.fact.op_id) == op.fact and op.fact.is_admitted and op.fact.is_record
        if stands and op.fact.op_id not in seal.op_ids and not replay.may_stand_beside(op):
            replay.note("late_but_merged", op.fact.op_id, "a record outside the manifest is merged into a sealed visit")
    has_signed = is_signed(seal.manifest_hash, replay.signatures, _officers(replay))
    if has_signed is not (seal.manifest_hash in replay.signed):
        said_so = "signed" if seal.manifest_hash in replay.signed else "not signed"
        replay.note("signatures_wrong", f"seal {seal.n}", f"told as {said_so}, but the signatures say otherwise")


def _check_earlier(replay: Replay, seal: Seal, newest: Seal) -> None:
    """A manifest that was replaced still recomputes, and was signed by whom it says."""
    if seal is newest:
        return
    checked = (SealState.SEALED, SealState.PENDING_BLOBS)
    if seal.state in checked and _state_now(replay, seal) not in checked:
        replay.note("seal_wrong", f"seal {seal.n}", "a manifest that was replaced no longer recomputes")
    if seal.manifest_hash in replay.signed and not is_signed(seal.manifest_hash, replay.signatures, _officers(replay)):
        replay.note("signatures_wrong", f"seal {seal.n}", "told as signed, but the signatures say otherwise")


def _state_now(replay: Replay, seal: Seal) -> SealState:
    return seal_state(
        seal, replay.scope, replay.ops, replay.verified, edition_hash=replay.edition[1], declined=replay.declined
    )


def _check_seal_state(replay: Replay, seal: Seal) -> None:
    state = _state_now(replay, seal)
    # A dispute stays until an addendum settles it, even if what was missing has come.
    if state is not seal.state and seal.state is not SealState.DISPUTED:
        replay.note("seal_wrong", f"seal {seal.n}", f"told as {seal.state}, but the ops that it names give {state}")


def _officers(replay: Replay) -> list[str]:
    return [grant.account_id for grant in replay.grants.values() if grant.role is not TeamRole.EXPERT]


def _report(replay: Replay, entries: list[tuple[int, str, str]]) -> Report:
    newest = replay.seals[max(replay.seals)].manifest_hash if replay.seals else None
    return Report(
        scope=replay.scope,
        entry_count=len(entries),
        op_count=len(replay.told),
        admitted_count=sum(op.is_admitted for op in replay.ops.values()),
        late_count=sum(case.decision is None for case in replay.cases.values()),
        open_conflicts=tuple(f"{row.item}/{row.field}" for row in replay.rows.values() if row.closed_pos is None),
        seals=tuple((seal.n, seal.manifest_hash, seal.state.value) for _, seal in sorted(replay.seals.items())),
        is_signed=newest is not None and newest in replay.signed,
        addendum=next((n for n in replay.addenda if n not in replay.seals), None),
        state_root=state_root_of(replay.ops.values()),
        chain_head=entries[-1][2] if entries else ZERO_HASH,
        findings=tuple(replay.findings),
    )
