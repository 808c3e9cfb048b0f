"""Signing in over HTTP, on a real server."""

from collections.abc import Callable

import httpx
import pytest

from tests.live import LiveServer, Team


@pytest.fixture
def team(live_sqlite: LiveServer) -> Team:
    return live_sqlite.new_visit()


def sign_in(team: Team, password: str | None = None) -> httpx.Response:
    return httpx.post(
        f"{team.url}/api/auth/login",
        json={"username": team.leader.username, "password": password or team.leader.password},
    )


def test_the_token_works_as_bearer(team: Team) -> None:
    told = sign_in(team).json()
    me = httpx.get(f"{team.url}/api/auth/me", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert me.json() == told["account"]
    assert me.json()["roles"] == ["leader"]


def test_the_cookie_is_out_of_reach_of_scripts_and_works_from_our_own_pages(team: Team) -> None:
    with httpx.Client(base_url=team.url) as browser:
        answer = browser.post(
            "/api/auth/login", json={"username": team.leader.username, "password": team.leader.password}
        )
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=lax" in answer.headers["set-cookie"]
        assert browser.get("/api/auth/me").status_code == 200
        foreign = browser.post("/api/auth/logout", headers={"Origin": "https://example.org"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_origin")
        assert browser.post("/api/auth/logout").json()["code"] == "foreign_origin"
        assert browser.post("/api/auth/logout", headers={"Origin": team.url}).status_code == 204
        assert browser.get("/api/auth/me").status_code == 401


def test_signing_out_ends_the_token(team: Team) -> None:
    bearer = {"Authorization": f"Bearer {sign_in(team).json()['access_token']}"}
    assert httpx.post(f"{team.url}/api/auth/logout", headers=bearer).status_code == 204
    gone = httpx.get(f"{team.url}/api/auth/me", headers=bearer)
    assert (gone.status_code, gone.json()["code"]) == (401, "unauthenticated")


def test_an_unknown_name_and_a_wrong_password_look_the_same(team: Team) -> None:
    wrong = sign_in(team, "wrong")
    unknown = httpx.post(f"{team.url}/api/auth/login", json={"username": "nobody-at-all", "password": "wrong"})
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.json()["code"] == "bad_credentials"
    assert wrong.headers["content-type"].startswith("application/problem+json")


def test_guessing_is_slowed_down_and_says_for_how_long(team: Team) -> None:
    for _ in range(5):
        assert sign_in(team, "wrong").status_code == 401
    slowed = sign_in(team)
    assert slowed.status_code == 429
    assert slowed.json()["code"] == "login_throttled"
    assert int(slowed.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    "path",
    ["/api/auth/me", "/api/checklists/editions", "/api/board", "/api/inspections", "/api/problems", "/api/rechecks"],
)
def test_nothing_is_told_without_signing_in(live_sqlite: LiveServer, path: str) -> None:
    answer = httpx.get(f"{live_sqlite.url}{path}")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_the_board_is_not_for_the_field(team: Team) -> None:
    bearer = {"Authorization": f"Bearer {sign_in(team).json()['access_token']}"}
    answer = httpx.get(f"{team.url}/api/board", headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_nobody_else_sees_a_visit(live_server: LiveServer, fresh_visit: Callable[[], Team]) -> None:
    team = fresh_visit()
    told = httpx.post(
        f"{team.url}/api/auth/login", json={"username": team.stranger.username, "password": team.stranger.password}
    ).json()
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    answer = httpx.get(f"{team.url}/api/inspections/{team.scope.removeprefix('insp:')}", headers=bearer)
    assert answer.status_code == 404
