"""What a feed says up to some position, from its entries alone: for readers whose feed a revocation cut off."""

import json
from collections.abc import Iterable
from typing import Any

from suicha.inspections.rules.facts import ADMITTED, REGISTER_KINDS, Register
from suicha.inspections.rules.merge import state_root


def state_root_at(raws: Iterable[str]) -> str:
    """The state root after these entries, which are a feed from its first one on; the newest judgement counts."""
    ops: dict[str, tuple[dict[str, Any], str]] = {}
    for raw in raws:
        entry = json.loads(raw)
        if entry["type"] == "op.judged":
            ops[entry["body"]["op_hash"]] = (json.loads(entry["body"]["op"]), entry["body"]["outcome"])
    sets = [op for op, outcome in ops.values() if op["kind"] in REGISTER_KINDS and outcome in ADMITTED]
    superseded = {op_id for op in sets for op_id in op["sup"]}
    heads: dict[Register, list[str]] = {}
    for op in sets:
        if op["op_id"] not in superseded:
            heads.setdefault((op["item"], op["field"]), []).append(op["op_id"])
    return state_root(heads)
