"""THE table of what a phone can say: op kind -> who may say it, where it points, what its body must hold.

A kind that left the building is never renamed or reused; changed meaning is a new name (docs/sync-protocol.md, 8).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from suicha.checklists.rules.scoring import ItemScore, points, score_fits
from suicha.inspections.rules.facts import Decision, TeamRole
from suicha.inspections.rules.manifest import read_manifest
from suicha.kit.canonical import NotCanonical, canonical_json
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import is_sha256_text, is_uuid_text
from suicha.sync.rules.envelope import SEAL_KIND, Envelope

LONGEST_NAME = 80
LARGEST_BLOB_BYTES = 64 * 1024 * 1024
VISIT_ITEM = "_"
RESULTS = ("pass", "fail", "fixed", "na")
SEVERITIES = ("minor", "serious", "major")
SIGNER_ROLES = ("officer", "leader", "representative", "witness")
ITEM_FIELDS = ("result", "score", "remark", "severity", "due_override", "adopted_reading")
VISIT_FIELDS = ("arrival", "site_rep", "outcome", "opening_statement")

ALL = frozenset(TeamRole)
OFFICERS = frozenset({TeamRole.OFFICER, TeamRole.LEADER})
LEADER = frozenset({TeamRole.LEADER})


@dataclass(frozen=True)
class Kind:
    """One thing that a phone can say."""

    who: frozenset[TeamRole]
    points_at: str
    fits: Callable[[Envelope], bool]


def _text(value: Any, longest: int = 8000) -> bool:
    return isinstance(value, str) and len(value) <= longest


def _some_text(value: Any, longest: int = 2000) -> bool:
    return _text(value, longest) and bool(value.strip())


def _name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_outcome_list(value: Any) -> bool:
    is_text = isinstance(value, list) and all(isinstance(code, str) for code in value)
    return is_text and list(value) == sorted(set(value))


def _value_fits(field: str, value: Any) -> bool:
    if value is None:
        return True
    if field == "result":
        return value in RESULTS
    if field == "score":
        return points(value) is not None
    if field == "severity":
        return value in SEVERITIES
    if field == "due_override":
        return _is_date(value)
    if field == "outcome":
        return _is_outcome_list(value)
    if field in ("arrival", "site_rep", "opening_statement"):
        return isinstance(value, (dict, str, bool))
    return _text(value)


def _is_field(item: str | None, field: str | None) -> bool:
    if item == VISIT_ITEM:
        return field in VISIT_FIELDS or (field or "").startswith("caption:")
    return field in ITEM_FIELDS or (field or "").startswith("caption:")


def _set_fits(op: Envelope) -> bool:
    return value_of(op) is not None and _is_field(op.item, op.field) and _value_fits(op.field or "", op.body["v"])


def _resolve_fits(op: Envelope) -> bool:
    choose = op.body.get("choose")
    return _set_fits(op) and (choose is None or is_uuid_text(choose)) and _some_text(op.body.get("reason"))


def _reading_fits(op: Envelope) -> bool:
    b = op.body
    return (
        _name(b.get("reading_id"))
        and _name(b.get("value"))
        and _text(b.get("unit"), 40)
        and (b.get("instrument") is None or _text(b["instrument"], 200))
    )


def _gps_fits(gps: Any) -> bool:
    return gps is None or (
        isinstance(gps, dict) and all(isinstance(gps.get(n), (str, int)) for n in ("lat", "lon", "acc_m"))
    )


def _photo_fits(op: Envelope) -> bool:
    b = op.body
    sizes_fit = all(isinstance(b.get(n), int) and not isinstance(b[n], bool) and b[n] >= 0 for n in ("size", "w", "h"))
    return (
        _name(b.get("photo_id"))
        and is_sha256_text(b.get("sha256"))
        and sizes_fit
        and 0 < b["size"] <= LARGEST_BLOB_BYTES
        and _name(b.get("mime"))
        and (b.get("taken") is None or _text(b["taken"], 80))
        and _gps_fits(b.get("gps"))
        and isinstance(b.get("derivs", []), list)
    )


def _seal_fits(op: Envelope) -> bool:
    text, missing = op.body.get("manifest"), op.body.get("missing")
    if not isinstance(text, str) or op.body.get("manifest_hash") != sha256_hex(text) or not isinstance(missing, list):
        return False
    try:
        return bool(read_manifest(text)["scope"] == op.scope)
    except (ValueError, AttributeError):
        return False


def _signature_fits(op: Envelope) -> bool:
    b, refused = op.body, op.body.get("refused")
    refusal_fits = refused is None or (
        isinstance(refused, dict)
        and _some_text(refused.get("reason"))
        and (refused.get("witness") is None or _text(refused["witness"], 120))
    )
    return (
        b.get("role") in SIGNER_ROLES
        and _some_text(b.get("person"), 120)
        and is_sha256_text(b.get("manifest_hash"))
        and (b.get("image_sha256") is None or is_sha256_text(b["image_sha256"]))
        and isinstance(b.get("consent_text_hash"), str)
        and refusal_fits
    )


def _void_fits(op: Envelope) -> bool:
    return op.body.get("seq") == op.seq and is_sha256_text(op.body.get("op_hash")) and _text(op.body.get("reason"))


def _disposal_fits(op: Envelope) -> bool:
    b = op.body
    return is_uuid_text(b.get("op_id")) and b.get("decision") in list(Decision) and _some_text(b.get("reason"))


def _addendum_fits(op: Envelope) -> bool:
    n = op.body.get("n")
    return isinstance(n, int) and not isinstance(n, bool) and n > 1 and _some_text(op.body.get("reason"))


KINDS: Mapping[str, Kind] = {
    "reg.set@1": Kind(OFFICERS, "register", _set_fits),
    "conflict.resolve@1": Kind(LEADER, "register", _resolve_fits),
    "note.add@1": Kind(ALL, "item or visit", lambda op: _some_text(op.body.get("text"), 8000)),
    "note.retract@1": Kind(
        ALL, "item or visit", lambda op: is_uuid_text(op.body.get("op_id")) and _text(op.body.get("reason"))
    ),
    "meas.add@1": Kind(ALL, "item", _reading_fits),
    "meas.void@1": Kind(ALL, "item", lambda op: _name(op.body.get("reading_id")) and _text(op.body.get("reason"))),
    "photo.add@1": Kind(ALL, "item or _", _photo_fits),
    "photo.exclude@1": Kind(
        ALL, "item or _", lambda op: _name(op.body.get("photo_id")) and _text(op.body.get("reason"))
    ),
    SEAL_KIND: Kind(LEADER, "visit", _seal_fits),
    "sig.add@1": Kind(ALL, "visit", _signature_fits),
    "replica.flush@1": Kind(ALL, "visit", lambda op: isinstance(op.body.get("last_seq"), int)),
    "op.void@1": Kind(ALL, "visit", _void_fits),
    "late.dispose@1": Kind(LEADER, "visit", _disposal_fits),
    "addendum.open@1": Kind(LEADER, "visit", _addendum_fits),
}


def body_fits(op: Envelope, item_codes: frozenset[str], scores: Mapping[str, ItemScore] = MappingProxyType({})) -> bool:
    """True when the op points where its kind may point and its body holds what its kind needs.

    `scores` are the edition's items that carry points: nothing else has the register `score`.
    """
    kind = KINDS[op.kind]
    is_item, has_no_field = op.item in item_codes, op.field is None
    points_right = {
        "register": (is_item or op.item == VISIT_ITEM) and not has_no_field,
        "item": is_item and has_no_field,
        "item or visit": (is_item or op.item is None) and has_no_field,
        "item or _": (is_item or op.item == VISIT_ITEM) and has_no_field,
        "visit": op.item is None and has_no_field,
    }[kind.points_at]
    return points_right and kind.fits(op) and _score_fits(op, scores)


def _score_fits(op: Envelope, scores: Mapping[str, ItemScore]) -> bool:
    if op.field != "score":
        return True
    rule = scores.get(op.item or "")
    return rule is not None and (op.body["v"] is None or score_fits(rule, op.body["v"]))


def reference_of(op: Envelope) -> str | None:
    """The photo, reading or op that an op is about."""
    if op.kind.split(".")[0] not in ("photo", "meas", "note"):
        return None
    named = (op.body.get(name) for name in ("photo_id", "reading_id", "op_id"))
    return next((ref for ref in named if _name(ref)), None)


def value_of(op: Envelope) -> str | None:
    """The canonical value that a register op sets; registers compare by it. None where there is no such form."""
    try:
        return canonical_json(op.body["v"])
    except (KeyError, NotCanonical):
        return None


def blob_of(op: Envelope) -> tuple[str | None, int | None]:
    """The digest, and for photos the size, of the bytes that the op links."""
    if op.kind == "photo.add@1":
        return op.body["sha256"], op.body["size"]
    if op.kind == "sig.add@1":
        return op.body["image_sha256"] if op.body.get("image_sha256") else None, None
    return None, None
