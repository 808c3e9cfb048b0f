"""Sections 0.3 and 0.4: what a phone pulls, byte by byte."""

import pytest

from .canonical import sha256
from .client import Device
from .conftest import Team


def test_the_first_entry_carries_what_a_phone_needs_offline(team: Team) -> None:
    leader = team.device("leader")
    body = leader.feed(team.scope).dispatched
    assert {"inspection", "site", "enterprise", "edition", "team", "earlier_problems", "texts"} <= body.keys()
    assert {"id", "code", "planned_on", "campaign"} <= body["inspection"].keys()
    assert body["inspection"]["id"] == team.inspection_id
    assert {"id", "hash"} <= body["edition"].keys()
    for member in body["team"]:
        assert {"grant", "account", "name", "role", "certificate_no"} <= member.keys()
    mine = [member for member in body["team"] if member["account"] == leader.account]
    assert [member["role"] for member in mine] == ["leader"]


def test_an_edition_is_named_by_the_hash_of_its_bytes(team: Team) -> None:
    officer = team.device("officer")
    edition = officer.feed(team.scope).dispatched["edition"]
    answer = officer.wire.get(f"/api/checklists/editions/{edition['hash']}")
    assert answer.status == 200
    assert sha256(answer.body) == edition["hash"]
    told = answer.json()
    assert {"id", "name", "groups", "items"} <= told.keys()
    assert len(told["items"]) == 27
    groups = {group["code"] for group in told["groups"]}
    wanted = {
        "code",
        "group",
        "title",
        "check",
        "method",
        "legal_basis",
        "severity",
        "deadline",
        "photo_required_on_fail",
    }
    for item in told["items"]:
        assert wanted <= item.keys(), item
        assert {"na_allowed", "refer_to", "quick_findings"} <= item.keys(), item
        assert item["group"] in groups
        assert item["severity"] in {"minor", "serious", "major"}
        assert item["deadline"] is None or item["deadline"]["unit"] in {"working_days", "calendar_days"}
    officer.wire.get(f"/api/checklists/editions/{'0' * 64}").assert_problem(404)


def test_a_grant_is_told_in_the_persons_own_feed(team: Team) -> None:
    officer = team.device("officer")
    own = officer.feed(f"user:{officer.account}")
    granted = [entry.body for entry in own.of_type("grant.added")]
    mine = [m for m in officer.feed(team.scope).dispatched["team"] if m["account"] == officer.account]
    assert [b for b in granted if b["scope"] == team.scope and b["grant"] == mine[0]["grant"]]
    for body in granted:
        assert body["account"] == officer.account
        assert body["role"] in {"leader", "officer", "expert"}


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_pages_of_any_size_tell_the_same_story(own_team: Team, limit: int) -> None:
    team = own_team
    writer = team.device("officer")
    register = team.register()
    for text in ("一", "二", "三"):
        writer.set(team.scope, register, text)
    writer.push()
    writer.pull()
    reader = team.device("leader", pulled=False)
    trips = reader.pull(limit)
    whole = team.device("leader")
    assert {s: f.chain for s, f in reader.feeds.items()} == {s: f.chain for s, f in whole.feeds.items()}
    assert trips >= sum(feed.pos for feed in whole.feeds.values()) // limit
    assert reader.feed(team.scope).chain == writer.feed(team.scope).chain


def test_a_cut_off_scope_is_named_even_when_nothing_of_it_came(team: Team) -> None:
    """With limit 1 and two scopes at 0 (the visit and the person), one is cut off at none and must still be there."""
    told = team.device("officer", pulled=False).pull_page(limit=1)
    fresh = Device.signed_in(team.url, team.people["officer"].username, team.people["officer"].password)
    fresh.pull()
    behind = {scope for scope, feed in fresh.feeds.items() if feed.pos > 0}
    assert behind <= told["scopes"].keys()
    assert sum(len(page["entries"]) for page in told["scopes"].values()) == 1
    for scope in behind:
        page = told["scopes"][scope]
        assert page["from"] == 0
        assert page["more"] == (page["to"] < page["head"])


def test_nothing_new_is_said_shortly(team: Team) -> None:
    device = team.device("officer")
    told = device.pull_page()
    for page in told["scopes"].values():
        assert page["entries"] == []
        assert page["more"] is False
        assert page["to"] == page["head"]


def test_a_stranger_neither_sees_the_visit_nor_learns_of_it(team: Team) -> None:
    stranger = team.device("stranger")
    assert team.scope not in stranger.feeds
    told = stranger.pull_page(cursors={team.scope: 0})
    assert team.scope not in told["scopes"]
    assert team.scope not in told["revoked"]
    answer = stranger.wire.get(f"/api/inspections/{team.inspection_id}")
    answer.assert_problem()
    assert answer.status in (403, 404)
    assert team.device("expert").wire.get(f"/api/inspections/{team.inspection_id}").status == 200


def test_a_scope_that_never_was_is_left_out_like_a_foreign_one(team: Team) -> None:
    ghost = "insp:00000000-0000-4000-8000-000000000000"
    told = team.device("officer").pull_page(cursors={ghost: 0})
    assert ghost not in told["scopes"]
    assert ghost not in told["revoked"]
