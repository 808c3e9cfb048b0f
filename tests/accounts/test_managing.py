"""Who may open, close and read which accounts."""

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import administration
from suicha.accounts.errors import LastAdmin
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.kit.ids import new_id
from tests.accounts.people import CITY, DISTRICT, NEIGHBOUR, SignedIn, journal_of, on_database, sign_in_answer, someone
from tests.builders import NOW, PASSWORD
from tests.conftest import make_settings
from tests.live import LiveServer

NUMBERS = count(1)
REASON = {"reason": "已调离"}
ACTS = [
    ("get", "", None),
    ("get", "/devices", None),
    ("post", "/reset-password", None),
    ("post", "/disable", REASON),
    ("post", "/enable", None),
]

# caller, its jurisdiction, the other account, its jurisdiction, what is answered
TABLE = [
    (Role.OFFICE, CITY, Role.OFFICER, DISTRICT, 200),
    (Role.OFFICE, DISTRICT, Role.EXPERT, DISTRICT, 200),
    (Role.OFFICE, CITY, Role.WITNESS, CITY, 200),
    (Role.OFFICE, DISTRICT, Role.OFFICER, NEIGHBOUR, 404),
    (Role.OFFICE, DISTRICT, Role.WITNESS, CITY, 404),
    (Role.OFFICE, CITY, Role.OFFICE, DISTRICT, 404),
    (Role.OFFICE, CITY, Role.ADMIN, CITY, 404),
    (Role.OFFICE, CITY, Role.OFFICER, "", 404),
    (Role.ADMIN, CITY, Role.OFFICE, DISTRICT, 200),
    (Role.ADMIN, CITY, Role.LEADER, NEIGHBOUR, 200),
    (Role.ADMIN, "", Role.ADMIN, CITY, 200),
    (Role.ADMIN, CITY, Role.ADMIN, "", 404),
    (Role.ADMIN, DISTRICT, Role.OFFICER, NEIGHBOUR, 404),
    (Role.LEADER, "", Role.OFFICER, DISTRICT, 403),
    (Role.EXPERT, CITY, Role.OFFICER, DISTRICT, 403),
    (Role.WITNESS, CITY, Role.OFFICER, DISTRICT, 403),
]


def client(server: LiveServer, role: Role, jurisdiction: str) -> SignedIn:
    return SignedIn(server, someone(server, role, jurisdiction=jurisdiction).username)


def a_name() -> str:
    return f"desk-{next(NUMBERS)}-{new_id()[-8:]}"


@pytest.mark.parametrize(("role", "own", "other", "theirs", "status"), TABLE)
def test_who_may_do_what_to_whom(
    live_server: LiveServer, role: Role, own: str, other: Role, theirs: str, status: int
) -> None:
    caller = client(live_server, role, own)
    target = someone(live_server, other, jurisdiction=theirs)
    for method, path, body in ACTS:
        url = f"/api/accounts/{target.id}{path}"
        answer = caller.get(url) if method == "get" else caller.post(url, body)
        assert answer[0] == status, (method, path, answer)
    listed = caller.get(f"/api/accounts?q={target.username}")
    assert (listed[0], [row["id"] for row in (listed[1] or {}).get("items", [])]) == (
        403 if status == 403 else 200,
        [target.id] if status == 200 else [],
    )


@pytest.mark.parametrize(
    ("role", "own", "given", "theirs", "status", "code"),
    [
        (Role.ADMIN, CITY, ["office"], DISTRICT, 201, None),
        (Role.ADMIN, CITY, ["witness"], CITY, 201, None),
        (Role.ADMIN, "", ["admin", "office"], "", 201, None),
        (Role.ADMIN, CITY, ["office"], "", 403, "not_permitted"),
        (Role.ADMIN, CITY, ["office"], "410200", 403, "not_permitted"),
        (Role.ADMIN, CITY, ["officer"], DISTRICT, 422, "role_not_allowed"),
        (Role.ADMIN, CITY, ["office", "leader"], DISTRICT, 422, "role_not_allowed"),
        (Role.ADMIN, CITY, [], DISTRICT, 400, "bad_request"),
        (Role.ADMIN, CITY, ["god"], DISTRICT, 400, "bad_request"),
        (Role.OFFICE, CITY, ["witness"], CITY, 403, "not_permitted"),
        (Role.OFFICER, CITY, ["witness"], CITY, 403, "not_permitted"),
    ],
)
def test_who_may_open_a_desk_account(
    live_server: LiveServer, role: Role, own: str, given: list[str], theirs: str, status: int, code: str | None
) -> None:
    name = a_name()
    body = {"username": name, "name": "监督人员01", "roles": given, "jurisdiction": theirs}
    said, told = client(live_server, role, own).post("/api/accounts", body)
    assert (said, told.get("code")) == (status, code)
    if status == 201:
        assert journal_of(live_server, told["account"]["id"]) == ["opened_account"]
        assert SignedIn(live_server, name, told["first_password"]).account["roles"] == sorted(given)


def test_a_name_is_given_once(live_server: LiveServer) -> None:
    admin = client(live_server, Role.ADMIN, "")
    taken = someone(live_server, Role.OFFICER).username
    body = {"username": taken, "name": "监督人员02", "roles": ["witness"], "jurisdiction": CITY}
    assert [admin.post("/api/accounts", body)[1]["code"] for _ in range(2)] == ["username_taken"] * 2
    status, problem = admin.post("/api/accounts", body | {"username": "执法员"})
    assert (status, problem["code"]) == (422, "username_invalid")


def test_a_disabled_account_is_out_at_once_and_comes_back(live_server: LiveServer) -> None:
    office = client(live_server, Role.OFFICE, CITY)
    officer = someone(live_server, Role.OFFICER)
    phone = SignedIn(live_server, officer.username)
    pull = {"proto": 1, "replica": new_id(), "cursors": {}, "limit": 10}
    assert phone.post("/api/sync/v1/pull", pull)[0] == 200
    assert office.post(f"/api/accounts/{officer.id}/disable", REASON)[1]["state"] == "disabled"
    assert office.post(f"/api/accounts/{officer.id}/disable", REASON)[0] == 200
    assert phone.post("/api/sync/v1/pull", pull)[0] == 401
    assert sign_in_answer(live_server, officer.username, PASSWORD).json()["code"] == "bad_credentials"
    assert office.post(f"/api/accounts/{officer.id}/enable")[1]["state"] == "active"
    assert phone.post("/api/sync/v1/pull", pull)[0] == 401
    assert SignedIn(live_server, officer.username).post("/api/sync/v1/pull", pull)[0] == 200
    assert journal_of(live_server, officer.id) == ["disabled_account", "enabled_account"]


def test_nobody_disables_or_resets_himself(live_server: LiveServer) -> None:
    admin = client(live_server, Role.ADMIN, CITY)
    own = f"/api/accounts/{admin.account['id']}"
    assert admin.post(f"{own}/disable", REASON)[1]["code"] == "own_account"
    assert admin.post(f"{own}/reset-password")[1]["code"] == "own_account"


def test_two_administrators_who_disable_each_other_leave_one(tmp_path: Path, database_url: str) -> None:
    with LiveServer(make_settings(tmp_path, database_url=database_url)) as server:
        first, second = (someone(server, Role.ADMIN, jurisdiction="") for _ in range(2))
        one, other = SignedIn(server, first.username), SignedIn(server, second.username)
        assert one.post(f"/api/accounts/{second.id}/disable", REASON)[0] == 200
        assert other.get("/api/auth/me")[0] == 401

        # The other one's request had passed the guard before he was disabled himself.
        async def late(session: AsyncSession) -> None:
            await administration.disable(session, first.id, reason="同时停用", by=second, now=NOW)

        with pytest.raises(LastAdmin):
            on_database(server, late)
        assert one.get("/api/auth/me")[0] == 200


def test_a_list_is_searched_filtered_sorted_and_paged(tmp_path: Path, database_url: str) -> None:
    with LiveServer(make_settings(tmp_path, database_url=database_url)) as server:
        people = [someone(server, Role.OFFICER, jurisdiction=DISTRICT) for _ in range(7)]
        people += [someone(server, Role.EXPERT, jurisdiction=NEIGHBOUR) for _ in range(3)]
        office = client(server, Role.OFFICE, CITY)
        office.post(f"/api/accounts/{people[0].id}/disable", REASON)
        office.post(f"/api/accounts/{people[1].id}/reset-password")

        def ids(query: str) -> list[str]:
            return [row["id"] for row in office.get(f"/api/accounts?{query}")[1]["items"]]

        def named(*found: Caller) -> list[str]:
            return [who.id for who in sorted(found, key=lambda who: who.username)]

        assert ids("") == named(*people)
        assert ids("size=4&page=3") == named(*people)[8:]
        assert ids("sort=-username") == named(*people)[::-1]
        assert ids("role=expert") == named(*people[7:])
        assert ids(f"jurisdiction={NEIGHBOUR}") == named(*people[7:])
        assert ids("state=disabled") == [people[0].id]
        assert ids("state=invited") == [people[1].id]
        assert len(ids("state=active")) == 8
        assert ids(f"q={people[4].name}") == [people[4].id]
        assert ids("q=%25") == []
        assert sorted(ids("sort=last_signed_in_at&size=6") + ids("sort=last_signed_in_at&size=6&page=2")) == sorted(
            person.id for person in people
        )
        assert office.get("/api/accounts?sort=password_hash")[0] == 400
