"""Section 0.8: bytes travel apart from ops, by their digest, and tell nobody else that they exist."""

import secrets

from .canonical import sha256
from .client import BASE, Device
from .conftest import Team
from .test_registers import APPLIED


def _state(device: Device, digest: str) -> tuple[int, str | None, str | None, str | None]:
    answer = device.blob("HEAD", digest)
    told = answer.headers
    return answer.status, told.get("upload-offset"), told.get("upload-length"), told.get("blob-state")


def _verified(device: Device, scope: str, digest: str) -> list[int]:
    device.pull()
    return [e.body["size"] for e in device.feed(scope).of_type("blob.verified") if e.body["sha256"] == digest]


def test_in_one_piece_before_its_op(team: Team) -> None:
    device, data = team.device("officer"), secrets.token_bytes(70_000)
    assert _state(device, sha256(data))[0] == 404
    assert device.put(data).status in (201, 204)
    assert device.put(data).status in (201, 204)
    assert _state(device, sha256(data)) == (200, "70000", "70000", "verified")
    assert _verified(device, team.scope, sha256(data)) == []
    device.photo(team.scope, team.item, data)
    assert device.send() == APPLIED
    assert _verified(device, team.scope, sha256(data)) == [70_000]


def test_in_chunks_after_its_op(team: Team) -> None:
    device, data = team.device("expert"), secrets.token_bytes(10_000)
    digest = sha256(data)
    device.photo(team.scope, team.item, data)
    assert device.send() == APPLIED
    first = device.patch(digest, data[:4096], 0, len(data))
    assert (first.status, first.headers["upload-offset"]) == (204, "4096")
    assert _state(device, digest) == (200, "4096", "10000", "partial")
    assert _verified(device, team.scope, digest) == []
    device.patch(digest, data[4096:8192], 4096, len(data))
    last = device.patch(digest, data[8192:], 8192, len(data))
    assert (last.status, last.headers["upload-offset"]) == (204, "10000")
    assert _verified(device, team.scope, digest) == [10_000]
    assert _state(device, digest) == (200, "10000", "10000", "verified")


def test_a_lost_answer_is_resumed_from_the_true_offset(team: Team) -> None:
    device, data = team.device("officer"), secrets.token_bytes(9_000)
    digest = sha256(data)
    device.patch(digest, data[:5000], 0, len(data))
    for offset in (0, 4096, 8000):
        behind = device.patch(digest, data[offset : offset + 500], offset, len(data))
        behind.assert_problem(409)
        assert behind.headers["upload-offset"] == "5000"
    device.upload(data)
    assert _state(device, digest)[3] == "verified"


def test_a_torn_chunk_keeps_the_offset(team: Team) -> None:
    device, data = team.device("officer"), secrets.token_bytes(3_000)
    digest = sha256(data)
    device.patch(digest, data[:1000], 0, len(data))
    torn = device.patch(digest, data[1000:2000], 1000, len(data), Upload_Checksum="sha256 " + "A" * 43 + "=")
    torn.assert_problem(460)
    assert _state(device, digest)[:2] == (200, "1000")
    assert device.patch(digest, data[1000:], 1000, len(data)).status == 204


def test_bytes_of_another_name_are_refused_and_start_again(team: Team) -> None:
    device, data = team.device("officer"), secrets.token_bytes(2_000)
    digest = sha256(data)
    device.put(b"something else", digest).assert_problem(422, "blob_mismatch")
    assert _state(device, digest)[0] == 404
    device.patch(digest, data[:1000], 0, len(data))
    device.patch(digest, bytes(1000), 1000, len(data)).assert_problem(422, "blob_mismatch")
    assert _state(device, digest)[1] in (None, "0")
    device.upload(data)
    assert _state(device, digest)[3] == "verified"


def test_nobody_learns_of_bytes_that_are_not_his(team: Team) -> None:
    officer, leader, stranger = (team.device(role) for role in ("officer", "leader", "stranger"))
    data = secrets.token_bytes(1_500)
    digest = sha256(data)
    officer.put(data)
    assert [_state(device, digest)[0] for device in (officer, leader, stranger)] == [200, 404, 404]
    officer.photo(team.scope, team.item, data)
    assert officer.send() == APPLIED
    assert [_state(device, digest)[0] for device in (officer, leader, stranger)] == [200, 200, 404]
    for device in (leader, stranger):
        answer = device.wire.get(f"{BASE}/blobs/{digest}?size=original")
        if device is leader:
            assert (answer.status, answer.body) == (200, data)
        else:
            answer.assert_problem(404)
    assert stranger.put(data).status in (201, 204)
    assert _state(stranger, digest)[3] == "verified"


def test_a_half_upload_belongs_to_one_account(team: Team) -> None:
    officer, leader, data = team.device("officer"), team.device("leader"), secrets.token_bytes(2_000)
    digest = sha256(data)
    officer.patch(digest, data[:1000], 0, len(data))
    assert _state(leader, digest)[0] == 404
    assert leader.patch(digest, data[:500], 0, len(data)).headers["upload-offset"] == "500"
    assert _state(officer, digest)[1] == "1000"
    assert officer.patch(digest, data[1000:], 1000, len(data)).status == 204


def test_sizes_have_limits(team: Team) -> None:
    device, digest = team.device("officer"), sha256(secrets.token_bytes(8))
    device.put(bytes(8 * 1024 * 1024 + 1)).assert_problem(413)
    device.patch(digest, b"x" * 100, 0, 64 * 1024 * 1024 + 1).assert_problem(413)
    device.patch(digest, bytes(2 * 1024 * 1024 + 1), 0, 4 * 1024 * 1024).assert_problem(413)
    device.patch(digest, b"", 0, 100).assert_problem()
    assert _state(device, digest)[0] == 404
    whole = secrets.token_bytes(8 * 1024 * 1024)
    assert device.put(whole).status in (201, 204)


def test_a_chunk_has_one_media_type(team: Team) -> None:
    device, data = team.device("officer"), secrets.token_bytes(100)
    for kind in ("application/octet-stream", "image/jpeg", "application/json"):
        device.patch(sha256(data), data, 0, 100, Content_Type=kind).assert_problem(415)


def test_a_signature_image_is_linked_too(team: Team) -> None:
    device, leader, data = team.device("officer"), team.device("leader"), secrets.token_bytes(900)
    device.sign(team.scope, "officer", device.account, sha256("not yet"), image_sha256=sha256(data))
    assert device.send() == APPLIED
    device.put(data)
    assert _verified(device, team.scope, sha256(data)) == [900]
    assert leader.wire.get(f"{BASE}/blobs/{sha256(data)}?size=original").body == data


def test_naming_the_hash_of_somebody_elses_evidence_gives_no_access_to_it(team: Team, own_team: Team) -> None:
    """No oracle for other people's evidence: what counts in a visit is what its own team has brought."""
    ours, theirs = team, own_team
    owner, thief, data = ours.device("officer"), theirs.device("expert"), secrets.token_bytes(5_000)
    owner.photo(ours.scope, ours.item, data)
    assert owner.send() == APPLIED
    assert owner.put(data).status in (201, 204)
    thief.photo(theirs.scope, theirs.item, data)
    assert thief.send() == APPLIED
    assert _state(thief, sha256(data))[0] == 404
    assert thief.blob("GET", sha256(data)).status == 404
    assert _verified(thief, theirs.scope, sha256(data)) == []
    assert thief.put(data).status in (201, 204)
    assert _verified(thief, theirs.scope, sha256(data)) == [5_000]
