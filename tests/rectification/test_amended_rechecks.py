"""更正记录 of a recheck: what it says now counts, unless something else has decided since."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from suicha.accounts.rules import Role
from suicha.feed.rules import visit_scope
from suicha.inspections import queries as inspections
from suicha.inspections.rules.manifest import build_manifest
from suicha.kit.digest import sha256_hex
from suicha.rectification.tables import RecheckOutcome
from suicha.sync import queries as sync_queries
from tests.inspections.field import FieldTeam
from tests.inspections.round import PEOPLE, account_id
from tests.rectification.office import Office, at_the_office
from tests.rectification.test_rechecks import NEW, sent, with_roster


@pytest.fixture(autouse=True)
def more_people(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEW:
        monkeypatch.setitem(PEOPLE, name, (Role.OFFICER, "410105"))


class Rechecking:
    """The leader of a recheck, who seals again and again."""

    def __init__(self, office: Office, visit: str) -> None:
        self.office, self.visit, self.n = office, visit, 0
        self.prev: str | None = None
        self.heads: dict[str, str] = {}

    async def arrive(self) -> "Rechecking":
        async with self.office.database.reading() as session:
            grants = await inspections.all_grants(session, visit_scope(self.visit))
        names = {account_id(name): name for name in PEOPLE}
        self.leader = next(names[grant.account_id] for grant in grants if grant.role == "leader")
        self.team = await FieldTeam(self.office.database, self.visit, at=self.office.at).arrive(self.leader)
        return self

    async def say(self, **answers: str) -> None:
        """Answer, and seal all that counts now; a second time as an addendum."""
        self.n += 1
        if self.n > 1:
            self.team.make(self.leader, "addendum.open@1", body={"n": self.n, "reason": "经核实"})
            await self.team.push()
        for item, result in answers.items():
            sup = (self.heads[item],) if item in self.heads else ()
            self.heads[item] = self.team.set(self.leader, item, "result", result, sup=sup)
        await self.team.push()
        async with self.office.database.reading() as session:
            ops = (await sync_queries.facts_of(session, self.team.scope)).values()
        text = build_manifest(
            [op for op in ops if op.is_admitted],
            scope=self.team.scope,
            n=self.n,
            edition_hash=self.team.on[self.leader].edition["hash"],
            prev_manifest=self.prev,
        )
        self.prev = sha256_hex(text)
        body = {"manifest": text, "manifest_hash": self.prev, "missing": []}
        self.team.make(self.leader, "insp.seal@1", body=body)
        [result] = await self.team.push()
        assert result["outcome"] == "applied", result


def test_an_outcome_follows_the_newest_seal_and_the_problem_with_it(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail", B04="fail")
        _, visit = await sent(office)
        team = await Rechecking(office, visit).arrive()
        seen = []
        for a01, b04 in (("pass", "fail"), ("fail", "pass"), ("fail", "pass"), ("pass", "fail")):
            await team.say(A01=a01, B04=b04)
            found = await office.problems()
            seen.append([(found[i].state, found[i].failed_rechecks, found[i].ended_because) for i in ("A01", "B04")])
        passed, failed = ("closed", 0, "recheck_passed"), ("open", 1, None)
        assert seen == [[passed, failed], [failed, passed], [failed, passed], [passed, failed]]
        # One is to come, for the one problem that is left; 5 working days after Wednesday the 25th.
        to_come = [one for one in await office.rechecks() if one[1] == "scheduled"]
        assert to_come == [("2026-12-02", "scheduled")]
        async with office.database.reading() as session:
            outcomes = await session.scalars(select(RecheckOutcome).order_by(col(RecheckOutcome.result)))
            assert [one.result for one in outcomes] == ["fixed", "not_fixed"]

    at_the_office(database_url, tmp_path, story)


def test_what_ended_otherwise_meanwhile_stays_as_it_is(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail", B04="fail")
        _, visit = await sent(office)
        team = await Rechecking(office, visit).arrive()
        await team.say(A01="fail", B04="fail")
        await office.refer("A01")
        await team.say(A01="pass", B04="fail")
        assert {item: p.state for item, p in (await office.problems()).items()} == {"A01": "referred", "B04": "open"}

    at_the_office(sqlite_url, tmp_path, story)
