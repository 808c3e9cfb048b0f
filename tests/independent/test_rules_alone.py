"""Our own writing of the rules, checked without a server: small cases whose answers were worked out by hand."""

import pytest

from .canonical import ZERO_HASH, canonical, new_op_id, sha256
from .fold import Feed, Op, conflicts, heads, state_root
from .manifest import manifest, seal_body

A, B, C, D = (f"0000000{n}-0000-7000-8000-000000000000" for n in "1234")


def an_op(op_id: str, value: object, *sup: str, actor: str = "甲", kind: str = "reg.set@1", item: str = "B02") -> Op:
    named = {"op_id": op_id, "kind": kind, "item": item, "field": "result", "sup": sorted(sup), "body": {"v": value}}
    return Op.of(named | {"actor": actor})


def a_wire(pos: int, prev: str, kind: str, body: dict[str, object]) -> dict[str, object]:
    raw = canonical({"pos": pos, "prev": prev, "type": kind, "at": "2026-11-22T11:17:11Z", "body": body})
    return {"pos": pos, "raw": raw, "hash": sha256(raw)}


def a_page(entries: list[dict[str, object]], ops: list[Op]) -> dict[str, object]:
    end = len(entries)
    return {
        "from": 0,
        "to": end,
        "head": end,
        "chain_head": entries[-1]["hash"],
        "state_root": state_root(ops),
        "entries": entries,
        "more": False,
    }


def a_judged(op: Op, outcome: str = "applied") -> dict[str, object]:
    return {
        "op": op.raw,
        "op_hash": op.hash,
        "outcome": outcome,
        "code": None,
        "actor": "甲",
        "received_at": "2026-11-22T11:17:12Z",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, -5]}, '{"a":[true,null,-5],"b":1}'),
        ({"z": 1, "é": 3, "1": []}, '{"1":[],"z":1,"é":3}'),
        ('"\\\b\t\n\f\r\x01\x7f/', '"\\"\\\\\\b\\t\\n\\f\\r\\u0001\x7f/"'),
        ("e\u0301", '"\u00e9"'),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_canonical_text_is_sorted_by_utf16_escaped_shortly_and_composed(value: object, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), "\0", "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical(value)


def test_utf16_order_puts_astral_keys_before_the_private_use_area() -> None:
    assert canonical({"\ue000": 1, "😀": 2}) == '{"😀":2,"\ue000":1}'


def test_op_ids_are_version_seven_and_grow() -> None:
    made = [new_op_id() for _ in range(100)]
    assert made == sorted(set(made))
    assert {(op_id[14], op_id[19] in "89ab") for op_id in made} == {("7", True)}


def test_heads_are_what_nobody_superseded_in_any_order() -> None:
    ops = [an_op(A, "pass"), an_op(B, "fail"), an_op(C, "fail", A), an_op(D, "fixed", B, C, kind="conflict.resolve@1")]
    assert [op.id for op in heads(ops[:3])["B02", "result"]] == [B, C]
    assert conflicts(ops[:2]) == {("B02", "result")}
    assert conflicts(ops[:3]) == set()
    assert [op.id for op in heads(reversed(ops))["B02", "result"]] == [D]


def test_the_state_root_lists_heads_and_nulls_count() -> None:
    assert state_root([]) == sha256("")
    ops = [an_op(B, None, item="A01"), an_op(A, "pass"), an_op(C, "fail")]
    assert state_root(ops) == sha256(f"A01/result={B}\nB02/result={A},{C}")
    assert state_root([*ops, an_op(D, None, kind="note.add@1")]) == state_root(ops)


def test_a_feed_that_was_touched_does_not_verify() -> None:
    op = an_op(A, "pass")
    first = a_wire(1, ZERO_HASH, "inspection.dispatched", {})
    second = a_wire(2, str(first["hash"]), "op.judged", a_judged(op))
    feed = Feed("insp:x")
    feed.take(a_page([first, second], [op]))
    assert [held.id for held in feed.admitted()] == [A]
    for broken in (
        a_page([first], [op]),
        a_page([second], [op]),
        a_page([first, second | {"hash": ZERO_HASH}], [op]),
        a_page([first, a_wire(2, ZERO_HASH, "op.judged", a_judged(op))], [op]),
        a_page([first, second], []),
        a_page([first, a_wire(2, str(first["hash"]), "op.judged", a_judged(op, "parked"))], [op]),
    ):
        with pytest.raises(AssertionError):
            Feed("insp:x").take(broken)


def test_the_newest_judgement_counts() -> None:
    op = an_op(A, "pass")
    first = a_wire(1, ZERO_HASH, "op.judged", a_judged(op))
    feed = Feed("insp:x")
    feed.take(a_page([first, a_wire(2, str(first["hash"]), "op.judged", a_judged(op, "parked"))], []))
    assert feed.admitted() == []
    assert [outcome for outcome, _ in feed.all_verdicts(op)] == ["applied", "parked"]


def test_a_manifest_by_hand() -> None:
    answer, undone = an_op(A, "pass"), an_op(B, None, item="C01")
    photo = Op.of({"op_id": D, "kind": "photo.add@1", "body": {"photo_id": "p1", "sha256": "ab", "size": 3}})
    gone = Op.of({"op_id": C, "kind": "photo.add@1", "body": {"photo_id": "p0", "sha256": "cd", "size": 4}})
    excluded = Op.of({"op_id": "9", "kind": "photo.exclude@1", "body": {"photo_id": "p0", "reason": "糊"}})
    flush = Op.of({"op_id": "8", "kind": "replica.flush@1", "body": {"last_seq": 4}})
    told = manifest("insp:x", "ee", [excluded, photo, undone, answer, gone, flush])
    assert told == {
        "scope": "insp:x", "n": 1, "edition": "ee", "ops": [A, B, C, D, "9"],
        "ops_root": sha256("\n".join(op.hash for op in (answer, undone, gone, photo, excluded))),
        "registers": [["B02/result", sha256('"pass"'), [A]]],
        "photos": [["p1", "ab", 3]], "conflicts": 0, "prev_manifest": None,
    }  # fmt: skip
    assert seal_body(told)["manifest_hash"] == sha256(canonical(told))


def test_a_re_enveloped_op_counts_by_its_first_hash() -> None:
    op = Op.of(
        {"op_id": A, "kind": "note.add@1", "was": {"replica": "r", "seq": 1, "hash": "ff"}, "body": {"text": "记"}}
    )
    assert manifest("insp:x", "ee", [op])["ops_root"] == sha256("ff")
