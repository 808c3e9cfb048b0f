"""A visit starts with its feed: what phones hold offline, and who may write."""

import json

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.feed import queries as feed
from suicha.feed.rules import account_scope, chain_break
from suicha.inspections import actions, queries
from suicha.inspections.errors import AlreadyInTeam, InspectionUnknown, NotInTeam, TeamIncomplete
from suicha.inspections.rules.facts import TeamRole
from suicha.journal.queries import entries_about
from suicha.kit.ids import named_id

from .round import NOW, SCOPE, VISIT, account_id, send, tell


async def _news(session: AsyncSession, scope: str) -> list[tuple[str, dict[str, object]]]:
    rows = await feed.entries_after(session, scope, 0, limit=100)
    assert chain_break(scope, [(row.pos, row.raw, row.hash) for row in rows]) is None
    return [(row.type, json.loads(row.raw)["body"]) for row in rows]


def test_the_first_entry_carries_all_that_a_phone_needs(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        (type_, body), *grants = await _news(session, SCOPE)
        assert type_ == "inspection.dispatched"
        assert body["inspection"] == {
            "id": VISIT,
            "code": f"T-{VISIT[:6]}",
            "planned_on": "2026-11-23",
            "campaign": "示例抽查",
            "team_no": 1,
        }
        assert body["site"]["district"] == "示例区410103"  # type: ignore[index]
        assert [(m["role"], m["certificate_no"]) for m in body["team"]] == [  # type: ignore[attr-defined]
            ("leader", "示例-leader"),
            ("officer", "示例-officer"),
            ("expert", None),
        ]
        assert body["earlier_problems"][0]["due_on"] == "2025-11-10"  # type: ignore[index]
        assert "opening_statement" in body["texts"]  # type: ignore[operator]
        assert [type_ for type_, _ in grants] == ["grant.added"] * 3
        assert [m["grant"] for m in body["team"]] == [body["grant"] for _, body in grants]  # type: ignore[attr-defined]

    tell(database_url, story)


def test_a_grant_is_told_in_the_visit_and_to_the_person(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        [(type_, body)] = await _news(session, account_scope(account_id("officer")))
        assert (type_, body["scope"], body["role"]) == ("grant.added", SCOPE, "officer")
        assert (type_, body) in await _news(session, SCOPE)
        assert await _news(session, account_scope(account_id("stranger"))) == []

    tell(database_url, story)


def test_a_revocation_counts_from_its_place_in_the_visits_feed(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        await actions.revoke_grant(session, SCOPE, account_id("expert"), reason="回避", now=NOW)
        news = await _news(session, SCOPE)
        assert news[4][0] == "grant.revoked"
        assert (await _news(session, account_scope(account_id("expert"))))[1] == news[4]
        [row] = [g for g in await queries.all_grants(session, SCOPE) if g.role == "expert"]
        assert row.revoked_pos == 5
        with pytest.raises(NotInTeam):
            await actions.revoke_grant(session, SCOPE, account_id("expert"), reason="回避", now=NOW)

    tell(database_url, story)


def test_somebody_is_posted_later_but_not_twice(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        row = await actions.add_grant(session, SCOPE, account_id("stranger"), TeamRole.OFFICER, now=NOW)
        assert (await _news(session, SCOPE))[-1] == (
            "grant.added",
            {
                "scope": SCOPE,
                "grant": row.id,
                "account": account_id("stranger"),
                "role": "officer",
                "name": "示例stranger",
                "certificate_no": None,
            },
        )
        with pytest.raises(AlreadyInTeam):
            await actions.add_grant(session, SCOPE, account_id("stranger"), TeamRole.OFFICER, now=NOW)
        with pytest.raises(InspectionUnknown):
            await actions.add_grant(session, "insp:none", account_id("stranger"), TeamRole.OFFICER, now=NOW)
        verbs = [entry.verb for entry in await entries_about(session, f"inspection:{VISIT}")]
        assert verbs == ["dispatched_visit", "added_to_team"]

    tell(database_url, story)


@pytest.mark.parametrize(
    "team", [("leader",), ("officer", "expert"), ("leader", "expert"), ("leader", "officer", "officer")]
)
def test_fewer_than_two_officers_or_no_leader_may_not_inspect(database_url: str, team: tuple[str, ...]) -> None:
    async def story(session: AsyncSession) -> None:
        with pytest.raises(TeamIncomplete):
            await send(session, named_id("test", "other"), "410105", team=team)

    tell(database_url, story)
