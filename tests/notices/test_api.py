"""The inbox, the choices and the dead letters over HTTP, and who may see them."""

from collections.abc import Iterator

import httpx
import pytest

from tests.live import LiveServer


@pytest.fixture(scope="module")
def leader(live_sqlite: LiveServer) -> Iterator[httpx.Client]:
    team = live_sqlite.new_visit()
    who = {"username": team.leader.username, "password": team.leader.password}
    with httpx.Client(base_url=team.url) as http:
        token = http.post("/api/auth/login", json=who).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


def test_everybody_has_an_inbox_and_choices(leader: httpx.Client) -> None:
    assert leader.get("/api/notices").json()["total"] >= 0
    said = leader.get("/api/notices/choices")
    assert (said.status_code, said.json()["channels"], said.json()["choices"]) == (200, [], [])
    assert {"kind": "deadline_near", "name": "整改期限临近"} in said.json()["kinds"]
    chosen = leader.put("/api/notices/choices/sms", json={"address": " 13700000001 ", "unwanted": ["overdue"]})
    assert chosen.json()["choices"] == [
        {"channel": "sms", "address": "13700000001", "unwanted": ["overdue"], "is_quiet_at_night": True}
    ]
    wrong = leader.put("/api/notices/choices/mail", json={"address": "13700000001"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "notice_address_invalid")
    assert leader.put("/api/notices/choices/pigeon", json={"address": "x"}).status_code == 400
    assert leader.post("/api/notices/read").status_code == 200


def test_dead_letters_are_for_the_office(leader: httpx.Client) -> None:
    for answer in (
        leader.get("/api/notices/deliveries"),
        leader.post("/api/notices/deliveries/01a201c8-2dd3-7e81-abda-b933e7336558/retry"),
        leader.post("/api/notices/deliveries/01a201c8-2dd3-7e81-abda-b933e7336558/drop", json={"reason": "x"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_nothing_without_signing_in(live_sqlite: LiveServer, leader: httpx.Client) -> None:
    with httpx.Client(base_url=leader.base_url) as stranger:
        for path in ("/api/notices", "/api/notices/choices", "/api/notices/deliveries"):
            assert stranger.get(path).status_code == 401
    assert leader.post("/api/notices/01a201c8-2dd3-7e81-abda-b933e7336558/read").json()["code"] == "notice_unknown"
