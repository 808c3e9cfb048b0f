"""A password that somebody else has seen opens nothing but its own replacement."""

import httpx
import pytest

from suicha.accounts.rules import Role
from tests.accounts.people import CITY, SignedIn, journal_of, sign_in_answer, someone
from tests.builders import PASSWORD
from tests.live import LiveServer

NEW = "水泵房的蓝色钥匙"


@pytest.fixture
def office(live_server: LiveServer) -> SignedIn:
    return SignedIn(live_server, someone(live_server, Role.OFFICE, jurisdiction=CITY).username)


@pytest.fixture
def officer(live_server: LiveServer) -> tuple[str, str]:
    caller = someone(live_server, Role.OFFICER)
    return caller.id, caller.username


def reset(office: SignedIn, account_id: str) -> str:
    status, told = office.post(f"/api/accounts/{account_id}/reset-password")
    assert status == 200
    assert told["account"]["state"] == "invited"
    return str(told["first_password"])


def test_from_the_first_password_to_the_own_one(
    live_server: LiveServer, office: SignedIn, officer: tuple[str, str]
) -> None:
    account_id, username = officer
    before = SignedIn(live_server, username)
    first = reset(office, account_id)
    assert before.get("/api/auth/me")[0] == 401
    assert sign_in_answer(live_server, username, PASSWORD).status_code == 401

    person = SignedIn(live_server, username, first)
    assert person.account["must_change_password"] is True
    assert person.get("/api/auth/me")[1]["must_change_password"] is True
    for path in ("/api/inspections", "/api/checklists/editions", "/api/problems"):
        status, problem = person.get(path)
        assert (status, problem["code"]) == (403, "password_change_needed")
    status, problem = person.post("/api/sync/v1/push", {"proto": 1, "replica": account_id, "ops": []})
    assert (status, problem["code"]) == (403, "password_change_needed")

    assert person.post("/api/auth/password", {"old": first, "new": NEW}) == (204, None)
    assert person.get("/api/inspections")[0] == 200
    assert person.get("/api/auth/me")[1]["must_change_password"] is False
    assert sign_in_answer(live_server, username, first).status_code == 401
    assert SignedIn(live_server, username, NEW).account["must_change_password"] is False
    assert journal_of(live_server, account_id) == ["reset_password", "changed_password"]


def test_the_first_password_is_told_once_and_kept_by_no_cache(
    live_server: LiveServer, officer: tuple[str, str]
) -> None:
    admin = someone(live_server, Role.ADMIN, jurisdiction=CITY)
    client = SignedIn(live_server, admin.username)
    answer = httpx.post(f"{live_server.url}/api/accounts/{officer[0]}/reset-password", headers=client.headers)
    assert answer.headers["cache-control"] == "no-store"
    first = answer.json()["first_password"]
    assert len(first) == 14
    assert first != client.post(f"/api/accounts/{officer[0]}/reset-password")[1]["first_password"]
    assert first not in client.get(f"/api/accounts/{officer[0]}")[1].values()


def test_changing_the_password_signs_out_everywhere_else(live_server: LiveServer, officer: tuple[str, str]) -> None:
    here, there = SignedIn(live_server, officer[1]), SignedIn(live_server, officer[1])
    assert here.post("/api/auth/password", {"old": PASSWORD, "new": NEW})[0] == 204
    assert here.get("/api/auth/me")[0] == 200
    assert there.get("/api/auth/me")[0] == 401


@pytest.mark.parametrize(
    ("new", "reason"), [("kurz", "too_short"), (PASSWORD, "same_as_before"), ("12345678", "too_simple")]
)
def test_a_weak_password_is_refused_with_its_reason(
    live_server: LiveServer, officer: tuple[str, str], new: str, reason: str
) -> None:
    person = SignedIn(live_server, officer[1])
    status, problem = person.post("/api/auth/password", {"old": PASSWORD, "new": new})
    assert (status, problem["code"], problem["reason"]) == (422, "password_too_weak", reason)
    assert sign_in_answer(live_server, officer[1], PASSWORD).status_code == 200


def test_a_borrowed_session_is_no_place_to_guess_the_password(
    live_server: LiveServer, officer: tuple[str, str]
) -> None:
    person = SignedIn(live_server, officer[1])
    for _ in range(5):
        status, problem = person.post("/api/auth/password", {"old": "wrong", "new": NEW})
        assert (status, problem["code"]) == (422, "old_password_wrong")
    status, problem = person.post("/api/auth/password", {"old": PASSWORD, "new": NEW})
    assert (status, problem["code"]) == (429, "login_throttled")
    assert person.get("/api/auth/me")[0] == 200


@pytest.mark.parametrize("body", [{}, {"old": "x"}, {"old": "x", "new": ""}, {"old": "x", "new": "a\x00bcdefgh"}])
def test_a_body_that_makes_no_sense_is_refused(
    live_server: LiveServer, officer: tuple[str, str], body: dict[str, str]
) -> None:
    status, problem = SignedIn(live_server, officer[1]).post("/api/auth/password", body)
    assert (status, problem["code"]) == (400, "bad_request")
