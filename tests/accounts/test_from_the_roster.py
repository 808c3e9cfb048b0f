"""From a row in the roster to somebody who can sign in: once, with roles that fit, inside one's jurisdiction."""

from datetime import date
from itertools import count

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.rules import Role
from suicha.infra.db import upsert_ignore
from suicha.kit.ids import new_id
from suicha.registry.rules import InspectorKind
from suicha.registry.tables import Inspector, Jurisdiction
from tests.accounts.people import CITY, DISTRICT, NEIGHBOUR, SignedIn, journal_of, on_database, someone
from tests.live import LiveServer

NUMBERS = count(1)


def a_row(
    server: LiveServer,
    *,
    kind: InspectorKind = InspectorKind.OFFICER,
    home: str = DISTRICT,
    removed_on: date | None = None,
) -> Inspector:
    """Somebody in the roster without an account."""
    number = f"{next(NUMBERS):03d}{new_id()[-6:]}"
    certificate = f"豫{number}" if kind is InspectorKind.OFFICER else None

    async def add(session: AsyncSession) -> Inspector:
        district = {"code": home, "name": "金水区", "kind": "gb2260", "is_verified": True}
        await session.execute(upsert_ignore(session, Jurisdiction, [district]))
        row = Inspector(
            code=f"P-{number}",
            kind=kind,
            name=f"执法员甲{number}",
            certificate_no=certificate,
            certificate_expires_on=date(2030, 1, 1),
            home_jurisdiction=home,
            employer="示例住房保障部门",
            removed_on=removed_on,
        )
        session.add(row)
        return row

    return on_database(server, add)


@pytest.fixture
def office(live_server: LiveServer) -> SignedIn:
    return SignedIn(live_server, someone(live_server, Role.OFFICE, jurisdiction=CITY).username)


def test_an_officer_gets_the_account_that_was_proposed(live_server: LiveServer, office: SignedIn) -> None:
    row = a_row(live_server)
    url = f"/api/registry/inspectors/{row.id}/account"
    name = (row.certificate_no or "").removeprefix("豫")
    assert office.get(url) == (
        200,
        {"account": None, "is_hidden": False, "proposed_username": name, "roles": ["officer", "leader"]},
    )
    status, told = office.post(url, {})
    assert (status, told["account"]["username"], told["account"]["roles"]) == (201, name, ["officer"])
    assert told["account"]["certificate_no"] == row.certificate_no
    assert office.get(url)[1]["account"] == told["account"]
    assert SignedIn(live_server, name, told["first_password"]).account["must_change_password"] is True
    assert journal_of(live_server, told["account"]["id"]) == ["opened_account"]
    again = office.post(url, {})
    assert (again[0], again[1]["code"]) == (409, "inspector_has_account")


def test_a_leader_and_an_expert_get_roles_that_fit(live_server: LiveServer, office: SignedIn) -> None:
    officer, expert = a_row(live_server), a_row(live_server, kind=InspectorKind.EXPERT)

    def opened(row: Inspector, body: dict[str, object]) -> tuple[int, object]:
        status, told = office.post(f"/api/registry/inspectors/{row.id}/account", body)
        return status, told["account"]["roles"] if status == 201 else told["code"]

    assert opened(expert, {"roles": ["officer"]}) == (422, "role_not_allowed")
    assert opened(officer, {"roles": ["office"]}) == (422, "role_not_allowed")
    assert opened(officer, {"roles": ["leader", "officer"]}) == (201, ["leader", "officer"])
    assert opened(expert, {"username": f"expert-{expert.code[-6:]}"}) == (201, ["expert"])


def test_a_name_that_is_taken_or_untypable_links_nothing(live_server: LiveServer, office: SignedIn) -> None:
    row, taken = a_row(live_server), someone(live_server, Role.OFFICER).username
    url = f"/api/registry/inspectors/{row.id}/account"
    for name, code in ((taken, "username_taken"), ("执法员", "username_invalid")):
        assert office.post(url, {"username": name})[1]["code"] == code
    assert office.get(url)[1]["account"] is None
    assert office.post(url, {})[0] == 201


def test_nobody_who_left_the_roster_gets_an_account(live_server: LiveServer, office: SignedIn) -> None:
    row = a_row(live_server, removed_on=date(2026, 11, 1))
    status, problem = office.post(f"/api/registry/inspectors/{row.id}/account", {})
    assert (status, problem["code"]) == (409, "inspector_removed")


def test_the_account_follows_its_row(live_server: LiveServer, office: SignedIn) -> None:
    row = a_row(live_server)
    a_row(live_server, home=NEIGHBOUR)
    account = office.post(f"/api/registry/inspectors/{row.id}/account", {})[1]["account"]
    revision = office.get(f"/api/registry/inspectors/{row.id}")[1]["revision"]
    body = {"revision": revision, "name": "执法员丁09", "home_jurisdiction": NEIGHBOUR}
    assert office.patch(f"/api/registry/inspectors/{row.id}", body)[0] == 200
    now = office.get(f"/api/accounts/{account['id']}")[1]
    assert (now["name"], now["jurisdiction"], now["username"]) == ("执法员丁09", NEIGHBOUR, account["username"])
    assert journal_of(live_server, account["id"]) == ["opened_account", "followed_roster"]
    history = office.get(f"/api/registry/inspectors/{row.id}/history")[1]["items"]
    assert [line["verb"] for line in history] == ["changed", "linked_account"]


@pytest.mark.parametrize(
    ("role", "own", "home", "status"),
    [
        (Role.OFFICE, CITY, DISTRICT, 201),
        (Role.OFFICE, DISTRICT, DISTRICT, 201),
        (Role.OFFICE, DISTRICT, NEIGHBOUR, 404),
        (Role.ADMIN, CITY, NEIGHBOUR, 201),
        (Role.LEADER, CITY, DISTRICT, 403),
        (Role.WITNESS, "", DISTRICT, 403),
    ],
)
def test_who_may_open_one(live_server: LiveServer, role: Role, own: str, home: str, status: int) -> None:
    caller = SignedIn(live_server, someone(live_server, role, jurisdiction=own).username)
    url = f"/api/registry/inspectors/{a_row(live_server, home=home).id}/account"
    assert caller.get(url)[0] == (200 if status == 201 else status)
    assert caller.post(url, {})[0] == status


def test_the_districts_are_those_of_the_caller(live_server: LiveServer, office: SignedIn) -> None:
    for home in (DISTRICT, NEIGHBOUR):
        a_row(live_server, home=home)
    below = SignedIn(live_server, someone(live_server, Role.OFFICE, jurisdiction=DISTRICT).username)
    assert {DISTRICT, NEIGHBOUR} <= {row["code"] for row in office.get("/api/registry/jurisdictions")[1]["items"]}
    assert [row["code"] for row in below.get("/api/registry/jurisdictions")[1]["items"]] == [DISTRICT]
