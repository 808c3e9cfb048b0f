"""Wrong input to every sync route: an outcome or a problem with a code, never a 5xx and never a broken queue."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from .canonical import ZERO_HASH, canonical, new_uuid, sha256
from .client import BASE, Device
from .conftest import Team
from .fold import Op
from .test_registers import APPLIED
from .wire import Answer

PARKED = {"late_after_seal", "grant_revoked_unseen", "edition_mismatch", "unknown_kind", "scope_closed", "sup_unknown"}
REJECTED = {
    "malformed", "hash_mismatch", "actor_mismatch", "op_id_reused", "replica_fork", "prev_mismatch", "not_granted",
    "not_authorised_seen", "bad_body", "not_permitted_role", "sup_not_permitted", "not_sealable",
}  # fmt: skip
DEEP = "[" * 9_000 + "]" * 9_000
ODD: list[Any] = [
    None, True, 0, -1, 2**31, 2**63, 2**53 - 1, "", "x", "\u202e", "😀" * 50, [], [[]], {}, {"a": []}, "0" * 64,
    "insp:", "insp:" + "x" * 200, "user:" + ZERO_HASH, new_uuid().upper(), "' OR 1=1 --", "../../etc/passwd", "%00",
]  # fmt: skip
SOME_ODD: list[Any] = [None, True, -1, 2**63, "", [], {"a": []}, new_uuid().upper()]
JSON = {"Content-Type": "application/json"}


def _fair(answer: Answer) -> None:
    """Accept an answer by the contract: 200 with outcomes, or a problem that has its members."""
    if answer.status != 200:
        answer.assert_problem()


def _judged(answer: Answer, items: int = 1) -> list[tuple[str, str | None]]:
    assert answer.status == 200, f"0.1 never a 4xx for a single bad op: {answer}"
    results = answer.json()["results"]
    assert len(results) == items
    for result in results:
        assert {"op_id", "seq", "outcome"} <= result.keys(), result
        known = {"parked": PARKED, "rejected": REJECTED}.get(result["outcome"], {None})
        assert result.get("code") in known, result
    return [(result["outcome"], result.get("code")) for result in results]


def _members_gone_or_odd(envelope: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in envelope:
        yield f"without {name}", {key: value for key, value in envelope.items() if key != name}
        for odd in SOME_ODD:
            yield f"{name}={odd!r}", envelope | {name: odd}
    for outer in ("t", "edition", "body"):
        for inner in envelope[outer]:
            for odd in SOME_ODD:
                yield f"{outer}.{inner}={odd!r}", envelope | {outer: envelope[outer] | {inner: odd}}


def _bodies(team: Team) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    at = {"item": team.item}
    yield "reg.set@1", {"v": "pass"}, at | {"field": "result"}
    yield "reg.set@1", {"v": "文"}, at | {"field": "remark"}
    yield "reg.set@1", {"v": ["x"]}, {"item": "_", "field": "outcome"}
    yield "conflict.resolve@1", {"v": "pass", "choose": None, "reason": "理由"}, at | {"field": "result"}
    yield "note.add@1", {"text": "记"}, at
    yield "note.retract@1", {"op_id": new_uuid(), "reason": "误"}, {}
    yield "meas.add@1", {"reading_id": new_uuid(), "value": "1.0", "unit": "m", "instrument": None}, at
    yield "meas.void@1", {"reading_id": new_uuid(), "reason": "误"}, at
    gps = {"lat": "34.75", "lon": "113.62", "acc_m": "9"}
    photo = {
        "photo_id": new_uuid(),
        "sha256": sha256("x"),
        "size": 3,
        "mime": "image/jpeg",
        "w": 1,
        "h": 1,
        "taken": None,
    }
    yield "photo.add@1", photo | {"gps": gps, "derivs": []}, at
    yield "photo.exclude@1", {"photo_id": new_uuid(), "reason": "糊"}, at
    yield "insp.seal@1", {"manifest": "{}", "manifest_hash": sha256("{}"), "missing": []}, {}
    signed = {"role": "officer", "person": "甲", "manifest_hash": ZERO_HASH, "image_sha256": None}
    yield "sig.add@1", signed | {"consent_text_hash": ZERO_HASH, "refused": None}, {}
    yield "replica.flush@1", {"last_seq": 1}, {}
    yield "op.void@1", {"seq": 1, "op_hash": ZERO_HASH, "reason": "坏"}, {}
    yield "late.dispose@1", {"op_id": new_uuid(), "decision": "include", "reason": "理由"}, {}
    yield "addendum.open@1", {"n": 2, "reason": "理由"}, {}


def _fresh(device: Device) -> Device:
    """Return a new replica with the same memory: a wrong op must not disturb the next trial."""
    return Device(device.wire, device.account, device.name, feeds=device.feeds)


def test_every_member_of_an_envelope_may_be_wrong(team: Team) -> None:
    device = team.device("leader")
    item, field = team.register()
    trials = list(_members_gone_or_odd(device.draft(team.scope, "reg.set@1", {"v": None}, item=item, field=field)))
    for about, changed in trials:
        trial = _fresh(device)
        placed = changed | ({"replica": trial.replica} if "replica" in changed and "replica" not in about else {})
        try:
            _judged(trial.push_raw([Op.of(placed).wire]))
        except ValueError:  # 2**63 has no canonical form; it travels as plain JSON
            raw = json.dumps(placed, ensure_ascii=False)
            assert _judged(trial.push_raw([{"raw": raw, "hash": sha256(raw)}])) == [("rejected", "malformed")], about
        except AssertionError as error:
            error.add_note(about)
            raise


def test_every_member_of_every_body_may_be_wrong(own_team: Team) -> None:
    """A visit of its own: some of these bodies are accepted, and a stray seal must not close the shared one.

    Whatever the body says, its op uses its seq: one chain carries them all.
    """
    device = own_team.device("leader")
    for kind, body, at in _bodies(own_team):
        changes = [{key: value for key, value in body.items() if key != name} for name in body]
        changes += [body | {name: odd} for name in body for odd in ODD if odd != 2**63]
        ops = [device.make(own_team.scope, kind, changed, **at) for changed in changes]
        for start in range(0, len(ops), 100):
            batch = ops[start : start + 100]
            told = _judged(device.push_raw([op.wire for op in batch]), len(batch))
            assert {outcome for outcome, _ in told} <= {"applied", "conflict", "parked", "rejected"}, kind
            assert not {code for _, code in told} & {"malformed", "prev_mismatch"}, kind
    device.pull()


@pytest.mark.parametrize(
    "bad",
    [
        "", "{", "[]", "null", "7", '"x"', "{}", '{"ev":1}', "\x00", "{\x00}", DEEP,
        '{"a":' * 5_000 + "1" + "}" * 5_000, "\ufeff{}", "NaN", "{'ev':1}", "\u2028", "[" * 30_000,
        "9" * 5_000, "1e999", "-" * 100,
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_no_envelope_is_malformed(team: Team, bad: str) -> None:
    device = team.device("expert")
    assert _judged(device.push_raw([{"raw": bad, "hash": sha256(bad)}])) == [("rejected", "malformed")]
    device.make(team.scope, "note.add@1", {"text": "仍然可用"})
    assert device.send() == APPLIED


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"seen":', '"seen":1.5,"x":'), ('"seen":', '"seen":1e2,"x":'), ('"seen":', '"seen":-0.0,"x":'),
        ('"seen":', '"seen":9007199254740992,"x":'), ('"seen":', f'"seen":{"9" * 4_500},"x":'),
        ('"seen":', '"seen":Infinity,"x":'), ('"seen":', '"seen":NaN,"x":'), ('"seen":', '"seen":01,"x":'),
        ('"later":1', '"later":1.0'), ('"later":1', '"later":{"a":[1,2,0.5]}'), ('"later":1', f'"later":{2**53}'),
        ('"later":1', f'"later":-{2**53}'), ('"later":1', '"later":1,"later":1'),
        ('"later":1', '"later":{"a":1,"a":2}'),
        ('"later":1', '"ev":1,"later":1'), ('"later":1', '"later":"\\u0000"'), ('"later":1', '"later":{"\\u0000":1}'),
        ('"later":1', '"later":"\\ud800"'), ('"later":1', '"later":{"\\udc00":1}'), ('"later":1', '"later":"\x01"'),
        ('"later":1', '"later":"\x00"'), ('"text":"', '"text":"\\ud83d'), ('"text":"', '"text":"\\u0000'),
    ],
)  # fmt: skip
def test_json_that_is_not_ours_is_malformed(team: Team, was: str, now: str) -> None:
    """Section 0.2: floats, huge integers, duplicate keys, U+0000 and lone surrogates, wherever they stand."""
    device = team.device("expert")
    raw = canonical(device.draft(team.scope, "note.add@1", {"text": "记"}, later=1)).replace(was, now)
    assert _judged(device.push_raw([{"raw": raw, "hash": sha256(raw)}])) == [("rejected", "malformed")]
    assert device.send(device.make(team.scope, "note.add@1", {"text": "仍然可用"})) == APPLIED


def test_items_that_are_no_wire_items_spoil_nothing_but_themselves(team: Team) -> None:
    device = team.device("expert")
    good = device.make(team.scope, "note.add@1", {"text": "好"}).wire
    odd: list[Any] = [None, 7, "x", [], {}, {"raw": 5, "hash": 5}, {"raw": good["raw"]}, {"hash": good["hash"]}]
    odd += [
        good | {"hash": None},
        good | {"hash": "\0"},
        good | {"hash": good["hash"].upper()},
        good | {"raw": [good["raw"]]},
    ]
    for item in odd:
        outcomes = _judged(device.push_raw([item]))
        assert outcomes[0][0] == "rejected", item
    assert _judged(device.push_raw([good, *odd]), 1 + len(odd))[0] == ("applied", None)


def test_a_lone_surrogate_in_the_outer_json(team: Team) -> None:
    device = team.device("expert")
    asked = {"proto": 1, "replica": device.replica, "epoch": None, "have_seq": 0, "courier": None}
    for item in ('{"raw":"\\ud800","hash":"ab"}', '{"raw":"\\u0000","hash":"\\ud800"}'):
        text = json.dumps(asked)[:-1] + f',"ops":[{item}]}}'
        answer = device.wire.send("POST", f"{BASE}/push", text.encode(), JSON)
        if answer.status == 200:
            assert _judged(answer)[0][0] == "rejected"
        else:
            answer.assert_problem(400)


@pytest.mark.parametrize("route", ["push", "pull"])
def test_every_member_of_a_request_may_be_wrong(team: Team, route: str) -> None:
    device = team.device("officer")
    good: dict[str, Any] = {"proto": 1, "replica": device.replica}
    if route == "push":
        good |= {"epoch": None, "have_seq": 0, "courier": None, "ops": []}
    else:
        good |= {"cursors": {team.scope: 0}, "limit": 5}
    for name in good:
        for odd in [
            *ODD,
            1.5,
            10**30,
            "\0",
            {"insp:x": -1},
            {team.scope: 10**9},
            {team.scope: None},
            {"\0": 0},
            [None] * 3,
        ]:
            answer = device.wire.post(f"{BASE}/{route}", good | {name: odd})
            try:
                _fair(answer)
            except AssertionError as error:
                error.add_note(f"{route} {name}={odd!r}")
                raise


BODIES = [
    b"", b" ", b"{", b"}", b"\x00", b"\xff\xff", b'{"proto":1,"proto":1}', b'{"a":1.0}', b"[1,2", b'"\xc3\x28"', b"nul",
    DEEP.encode(), b'{"a":' * 50_000, b"9" * 10_000, b'{"replica":"\\ud800"}', b"\xef\xbb\xbf{}", b"\x1f\x8b\x08",
    b"[]" * 10,
]  # fmt: skip


@pytest.mark.parametrize("path", [f"{BASE}/push", f"{BASE}/pull", "/api/auth/login"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies_that_are_no_request(team: Team, path: str, body: bytes) -> None:
    wire = team.device("officer", pulled=False).wire
    for headers in (JSON, {"Content-Type": ""}, {"Content-Type": "application/json; charset=klingon"}, {}):
        answer = wire.send("POST", path, body, headers)
        answer.assert_problem()
    wire.send("POST", path, body, JSON | {"Content-Encoding": "br"}).assert_problem()
    wire.send("POST", path, body, JSON | {"Content-Encoding": "gzip, gzip"}).assert_problem()


@pytest.mark.parametrize("value", [None, 1, [], {}, "", "x" * 5_000, "\0", "执法员", True])
def test_a_login_of_any_shape(team: Team, value: object) -> None:
    wire = team.device("officer", pulled=False).wire
    for told in (
        {"username": value, "password": "x"},
        {"username": new_uuid(), "password": value},
        {"username": value},
        value,
    ):
        wire.post("/api/auth/login", told).assert_problem()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "POST", "OPTIONS", "HEAD", "PROPFIND"])
def test_any_method_on_any_path(team: Team, method: str) -> None:
    wire = team.device("officer", pulled=False).wire
    digest = sha256(secrets.token_bytes(4))
    for path in ("push", "pull", "ping", f"blobs/{digest}", "blobs/", "blobs/x/y", "nothing"):
        answer = wire.send(method, f"{BASE}/{path}", b"{}" if method in ("PUT", "PATCH", "POST", "PROPFIND") else None)
        assert answer.status < 500, f"{method} {path}: {answer}"
        if answer.status >= 400 and method != "HEAD":
            answer.assert_problem()


NAMES = [
    "x",
    "A" * 64,
    "a" * 63,
    "a" * 65,
    "g" * 64,
    "%00" * 5,
    "..%2f..%2fetc%2fpasswd",
    "%ff%fe",
    "+",
    "a" * 3_000,
    "%F0%9F%98%80",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_that_are_no_digest(team: Team, name: str) -> None:
    device = team.device("officer", pulled=False)
    assert 400 <= device.blob("HEAD", name).status < 500
    device.blob("GET", name).assert_problem()
    device.put(b"abc", name).assert_problem()
    device.patch(name, b"abc", 0, 3).assert_problem()


@pytest.mark.parametrize("header", ["Upload_Offset", "Upload_Length", "Upload_Checksum"])
@pytest.mark.parametrize(
    "value",
    ["", "x", "-1", "1.5", "9" * 40, "0x10", "\u00b2", "sha256", "sha256 !!!", "md5 AAAA", "sha256 QQ==", "+3", " 3 3"],
)
def test_chunk_headers_that_make_no_sense(team: Team, header: str, value: str) -> None:
    device, data = team.device("officer", pulled=False), secrets.token_bytes(9)
    device.patch(sha256(data), data[:3], 0, 9, **{header: value}).assert_problem()
    assert device.blob("HEAD", sha256(data)).headers.get("upload-offset") in (None, "0")


def test_chunks_that_do_not_fit_together(team: Team) -> None:
    device, data = team.device("officer", pulled=False), secrets.token_bytes(9)
    digest = sha256(data)
    device.patch(digest, data, 0, 5).assert_problem()
    device.patch(digest, data[:3], 3, 9).assert_problem(409)
    assert device.patch(digest, data[:3], 0, 9).status == 204
    device.patch(digest, data[3:5], 3, 700).assert_problem()
    device.patch(digest, data[3:] + b"x", 3, 9).assert_problem()
    bare = {"Content-Type": "application/offset+octet-stream"}
    device.blob("PATCH", digest, data[3:], bare).assert_problem()
    assert device.upload(data).status == 204


@pytest.mark.parametrize("size", ["huge", "thumb%00", "../original", "1"])
def test_sizes_that_are_not_kept(team: Team, size: str) -> None:
    device, data = team.device("officer", pulled=False), secrets.token_bytes(30)
    device.put(data)
    device.wire.get(f"{BASE}/blobs/{sha256(data)}?size={size}").assert_problem()


@pytest.mark.parametrize("path", ["/api/inspections/{}", "/api/problems?inspection={}", "/api/checklists/editions/{}"])
@pytest.mark.parametrize("name", ["x", "%00", "0" * 64, "00000000-0000-4000-8000-000000000000", "%ff", "a" * 2_000])
def test_reading_routes_with_wrong_names(team: Team, path: str, name: str) -> None:
    answer = team.device("officer", pulled=False).wire.get(path.format(name))
    if answer.status == 200:  # a list of nothing is an answer too
        assert answer.json() == {"items": [], "total": 0}
    else:
        answer.assert_problem()
