"""Multi-value registers: heads = admitted ops - union of what they supersede.

Pure and order-free: the same set of admitted ops gives the same heads, whatever order they came in
(docs/sync-protocol.md, part 2). `Registers` only keeps the same sets up to date while a batch is judged.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from suicha.inspections.rules.facts import OpFact, Register
from suicha.kit.digest import sha256_lines


class Registers:
    """The registers of one visit over its admitted ops."""

    def __init__(self, ops: Iterable[OpFact] = ()) -> None:
        """Start from the admitted ones among `ops`."""
        self._ops: dict[Register, dict[str, OpFact]] = {}
        self._superseded: Counter[str] = Counter()
        for op in ops:
            if op.is_admitted:
                self.admit(op)

    def admit(self, op: OpFact) -> None:
        """Count an op in; ops that set no register change nothing."""
        register = op.register
        if register is not None and op.op_id not in self._ops.setdefault(register, {}):
            self._ops[register][op.op_id] = op
            self._superseded.update(op.sup)

    def withdraw(self, op: OpFact) -> None:
        """Count an op out again, because it was judged anew."""
        register = op.register
        if register is not None and op.op_id in self._ops.get(register, {}):
            del self._ops[register][op.op_id]
            self._superseded.subtract(op.sup)

    def heads(self, register: Register) -> list[OpFact]:
        """The values that nothing admitted supersedes, by op id."""
        ops = self._ops.get(register, {})
        return [ops[op_id] for op_id in sorted(ops) if self._superseded[op_id] <= 0]

    def values(self, register: Register) -> set[str | None]:
        """The distinct head values: more than one is a conflict; null is a value like any other."""
        return {head.value for head in self.heads(register)}

    def all(self) -> list[Register]:
        """Every register that has a head."""
        return sorted(register for register in self._ops if self.heads(register))

    def in_conflict(self) -> list[Register]:
        """Every register with more than one distinct head value."""
        return [register for register in self.all() if len(self.values(register)) > 1]


def state_root(heads: Mapping[Register, Iterable[str]]) -> str:
    """The digest of all heads, by which phone and server find out that they differ."""
    lines = sorted(f"{item}/{field}={','.join(sorted(ids))}" for (item, field), ids in heads.items() if ids)
    return sha256_lines(lines)


def state_root_of(ops: Iterable[OpFact]) -> str:
    """The state root of a set of ops."""
    registers = Registers(ops)
    return state_root({r: [head.op_id for head in registers.heads(r)] for r in registers.all()})


def included_photos(ops: Iterable[OpFact]) -> list[OpFact]:
    """Photos added and not excluded, among admitted ops."""
    admitted = [op for op in ops if op.is_admitted]
    excluded = {op.ref for op in admitted if op.kind == "photo.exclude@1"}
    return [op for op in admitted if op.kind == "photo.add@1" and op.ref not in excluded]
