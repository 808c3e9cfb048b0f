"""A device that is taken out of service pushes and pulls no more; what it holds can still come once it is back."""

import pytest

from suicha.accounts.rules import Role
from suicha.kit.ids import new_id
from tests.accounts.people import CITY, NEIGHBOUR, SignedIn, journal_of, someone
from tests.live import LiveServer

LOST = {"reason": "平板遗失"}


@pytest.fixture
def office(live_server: LiveServer) -> SignedIn:
    return SignedIn(live_server, someone(live_server, Role.OFFICE, jurisdiction=CITY).username)


def pull(person: SignedIn, replica: str) -> tuple[int, str | None]:
    status, body = person.post("/api/sync/v1/pull", {"proto": 1, "replica": replica, "cursors": {}, "limit": 10})
    return status, body.get("code")


def push(person: SignedIn, replica: str) -> tuple[int, str | None]:
    status, body = person.post("/api/sync/v1/push", {"proto": 1, "replica": replica, "ops": []})
    return status, body.get("code")


def test_a_lost_device_is_shut_out_and_the_other_goes_on(live_server: LiveServer, office: SignedIn) -> None:
    officer = someone(live_server, Role.OFFICER)
    person, lost, kept = SignedIn(live_server, officer.username), new_id(), new_id()
    assert (pull(person, lost), push(person, kept)) == ((200, None), (200, None))
    devices = f"/api/accounts/{officer.id}/devices"
    assert {row["id"] for row in office.get(devices)[1]["items"]} == {lost, kept}

    status, told = office.post(f"{devices}/{lost}/revoke", LOST)
    assert status == 200
    assert {row["id"]: row["is_revoked"] for row in told["items"]} == {lost: True, kept: False}
    assert pull(person, kept) == (401, "unauthenticated")
    again = SignedIn(live_server, officer.username)
    assert pull(again, lost) == push(again, lost) == (403, "replica_revoked")
    assert pull(again, kept) == push(again, kept) == (200, None)

    assert office.post(f"{devices}/{lost}/restore")[0] == 200
    assert push(again, lost) == (200, None)
    assert journal_of(live_server, officer.id) == ["revoked_device", "restored_device"]


def test_only_devices_of_this_account_and_only_once(live_server: LiveServer, office: SignedIn) -> None:
    officer, colleague = someone(live_server, Role.OFFICER), someone(live_server, Role.OFFICER)
    replica = new_id()
    pull(SignedIn(live_server, officer.username), replica)
    wrong = office.post(f"/api/accounts/{colleague.id}/devices/{replica}/revoke", LOST)
    assert (wrong[0], wrong[1]["code"]) == (404, "device_unknown")
    for _ in range(2):
        assert office.post(f"/api/accounts/{officer.id}/devices/{replica}/revoke", LOST)[0] == 200
    assert journal_of(live_server, officer.id) == ["revoked_device"]


def test_a_neighbour_learns_nothing_of_the_devices(live_server: LiveServer) -> None:
    officer = someone(live_server, Role.OFFICER)
    replica = new_id()
    pull(SignedIn(live_server, officer.username), replica)
    neighbour = SignedIn(live_server, someone(live_server, Role.OFFICE, jurisdiction=NEIGHBOUR).username)
    devices = f"/api/accounts/{officer.id}/devices"
    for status, body in (
        neighbour.get(devices),
        neighbour.post(f"{devices}/{replica}/revoke", LOST),
        neighbour.post(f"{devices}/{replica}/restore"),
    ):
        assert (status, body["code"]) == (404, "account_unknown")
