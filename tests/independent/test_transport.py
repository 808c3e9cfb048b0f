"""Section 0.1: doors, limits and error shapes, seen from outside."""

import gzip
import json
import socket
from urllib.parse import urlsplit

import pytest

from .canonical import new_uuid, sha256
from .client import BASE, Device, login
from .conftest import Team
from .fold import Op
from .wire import Wire

ROUTES = ["push", "pull"]


def test_ping_needs_no_sign_in(team: Team) -> None:
    answer = Wire(team.url).get(f"{BASE}/ping")
    assert answer.status == 200
    assert answer.json()["suicha"] == "pong"
    assert answer.json()["server_time"]


def test_login_tells_who_we_are_and_a_wrong_password_does_not(team: Team) -> None:
    leader = team.people["leader"]
    told = login(team.url, leader.username, leader.password)
    assert {"id", "name", "roles"} <= told["account"].keys()
    wrong = Wire(team.url).post("/api/auth/login", {"username": leader.username, "password": "不是这个"})
    wrong.assert_problem()
    assert wrong.status in (401, 429)


@pytest.mark.parametrize("token", [None, "nonsense", "a.b.c", "0190-0000"])
@pytest.mark.parametrize("path", [f"{BASE}/push", f"{BASE}/pull"])
def test_without_a_good_token_nothing_is_read(team: Team, path: str, token: str | None) -> None:
    Wire(team.url, token).send("POST", path, b"{not json", {"Content-Type": "application/json"}).assert_problem(401)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_blobs_need_a_sign_in(team: Team, method: str) -> None:
    Wire(team.url).send(method, f"{BASE}/blobs/{sha256(b'x')}", b"x" if method != "GET" else None).assert_problem(401)


@pytest.mark.parametrize("route", ROUTES)
def test_the_401_comes_before_the_body(team: Team, route: str) -> None:
    """The client announces a body and waits; the answer must not wait for it."""
    parts = urlsplit(team.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        head = [f"POST {BASE}/{route} HTTP/1.1", f"Host: {parts.netloc}", "Content-Type: application/json"]
        line.sendall("\r\n".join([*head, "Content-Length: 400000", "", ""]).encode())
        assert line.recv(64).split(b" ")[1] == b"401"


def test_the_cookie_works_from_our_own_origin_only(team: Team) -> None:
    leader = team.people["leader"]
    answer = Wire(team.url).post("/api/auth/login", {"username": leader.username, "password": leader.password})
    cookie = answer.headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    asked = {"proto": 1, "replica": new_uuid(), "cursors": {}, "limit": 1}
    bare = {"Cookie": cookie.split(";")[0]}
    ours = Wire(team.url).post(f"{BASE}/pull", asked, bare | {"Origin": team.url})
    assert ours.status == 200, ours
    theirs = Wire(team.url).post(f"{BASE}/pull", asked, bare | {"Origin": "https://evil.example"})
    theirs.assert_problem(403)


@pytest.mark.parametrize("route", ROUTES)
def test_broken_json_and_wrong_members_are_told_apart(team: Team, route: str) -> None:
    device = team.device("officer", pulled=False)
    headers = {"Content-Type": "application/json"}
    for body in (b"", b"{", b"\xff\xfe", b'{"proto":1,}', b"nul"):
        device.wire.send("POST", f"{BASE}/{route}", body, headers).assert_problem(400, "bad_json")
    wrong: list[object] = [[], 7, "x", None, {}, {"proto": 1}, {"proto": 1, "replica": 5}]
    for value in wrong:
        device.wire.post(f"{BASE}/{route}", value).assert_problem(400, "bad_request")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_only_json_is_a_media_type_here(team: Team, route: str, kind: str) -> None:
    device = team.device("officer", pulled=False)
    device.wire.send("POST", f"{BASE}/{route}", b"{}", {"Content-Type": kind}).assert_problem(415)


def test_a_charset_beside_the_media_type_is_fine(team: Team) -> None:
    device = team.device("officer", pulled=False)
    asked = {"proto": 1, "replica": device.replica, "cursors": {}}
    answer = device.wire.post(f"{BASE}/pull", asked, {"Content-Type": "application/json; charset=utf-8"})
    assert answer.status == 200, answer


def test_a_gzipped_push_is_read(team: Team) -> None:
    device = team.device("officer")
    op = device.set(team.scope, team.register(), "压缩后上传")
    asked = {"proto": 1, "replica": device.replica, "epoch": None, "have_seq": 1, "courier": None, "ops": [op.wire]}
    packed = gzip.compress(json.dumps(asked).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = device.wire.send("POST", f"{BASE}/push", packed, headers)
    assert answer.status == 200, answer
    assert answer.json()["results"][0]["outcome"] == "applied"


def test_a_gzip_bomb_and_a_broken_gzip_are_refused(team: Team) -> None:
    device = team.device("officer", pulled=False)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    bomb = gzip.compress(b'{"proto":1,"pad":"' + b" " * 64_000_000 + b'"}')
    device.wire.send("POST", f"{BASE}/push", bomb, headers).assert_problem(413)
    for broken in (b"not gzip", gzip.compress(b"{}")[:-3], b""):
        device.wire.send("POST", f"{BASE}/push", broken, headers).assert_problem(400)


def test_two_hundred_ops_pass_and_one_more_does_not(team: Team) -> None:
    device = team.device("expert")
    notes = [device.make(team.scope, "note.add@1", {"text": f"第{n}条"}) for n in range(201)]
    device.push_raw([op.wire for op in notes]).assert_problem(413)
    outcomes = device.send(*notes[:200])
    assert outcomes == [("applied", None)] * 200
    assert device.send() == [("applied", None)]


def test_over_half_a_mebibyte_is_too_much(team: Team) -> None:
    device = team.device("expert")
    notes = [Op.of(device.draft(team.scope, "note.add@1", {"text": "字" * 10_000})) for _ in range(18)]
    device.push_raw([op.wire for op in notes]).assert_problem(413)


def test_a_client_that_is_too_old_may_still_push_what_it_recorded(team: Team) -> None:
    device = team.device("expert")
    op = device.make(team.scope, "note.add@1", {"text": "旧版本所记"})
    assert device.push(op, proto=0)[0]["outcome"] == "applied"


def test_a_replica_belongs_to_whoever_named_it_first(team: Team) -> None:
    officer, leader = team.device("officer"), team.device("leader", pulled=False)
    leader.replica = officer.replica
    asked = {"proto": 1, "replica": officer.replica, "cursors": {}}
    leader.wire.post(f"{BASE}/pull", asked).assert_problem(403, "replica_not_yours")
    leader.push_raw([]).assert_problem(403, "replica_not_yours")
    pusher = team.device("expert", pulled=False)
    assert pusher.push() == []
    stolen = Device(officer.wire, officer.account, officer.name, replica=pusher.replica)
    stolen.push_raw([]).assert_problem(403, "replica_not_yours")
    stolen.wire.post(f"{BASE}/pull", asked | {"replica": pusher.replica}).assert_problem(403, "replica_not_yours")


@pytest.mark.parametrize("path", [f"{BASE}/nothing", f"{BASE}/blobs"])
def test_an_unknown_path_is_a_problem_too(team: Team, path: str) -> None:
    team.device("officer", pulled=False).wire.get(path).assert_problem(404)


def test_an_unknown_path_beside_the_protocol_is_a_problem_too(team: Team) -> None:
    for path in ("/api/nothing", "/api/nothing/at/all", "/api/problems/nothing"):
        for wire in (team.device("officer", pulled=False).wire, Wire(team.url)):
            wire.get(path).assert_problem()


def test_a_wrong_method_is_a_problem_too(team: Team) -> None:
    wire = team.device("officer", pulled=False).wire
    for method, path in (("GET", "push"), ("DELETE", "pull"), ("POST", "ping"), ("DELETE", f"blobs/{sha256(b'x')}")):
        wire.send(method, f"{BASE}/{path}").assert_problem(405)
