"""The office between a draw and the phones: a held draw, accounts for who was drawn, and each step by its name."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from suicha.accounts import actions as accounts
from suicha.accounts.passwords import hash_password
from suicha.accounts.rules import Role
from suicha.checklists.loader import read_calendar
from suicha.documents.rules import Kind
from suicha.documents.tables import Document
from suicha.feed import queries as feed
from suicha.feed.rules import account_scope, chain_break, visit_scope
from suicha.infra.blobs import FolderBlobs
from suicha.inspections import approvals, minutes, notices, planning, plans, queries, sending
from suicha.inspections.plans import Planned
from suicha.inspections.rules.before import Delivery
from suicha.inspections.sending import PastFindings
from suicha.inspections.tables import Inspection
from suicha.kit.ids import named_id
from suicha.registry.tables import Inspector
from suicha.workflow import earlier_problems
from tests.draws.town import CHECKLISTS, NOW, Hall, caller, tell

CALENDAR = read_calendar(CHECKLISTS)
PAST = PastFindings(earlier_problems)
_PASSWORD = hash_password("pass", is_light=True)


class Office:
    """Acts of the office over one draw; each is a transaction of its own."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall = hall
        self.database = hall.database
        self.blobs = FolderBlobs(folder)
        self.draw = ""

    async def hold(self, value: str = "6 2 5 1", **changes: Any) -> "Office":
        """A campaign with a sealed draw."""
        if not self.hall.campaign:
            await self.hall.prepare(**changes)
        self.draw = (await self.hall.hold(value, reason="重新抽取" if self.draw else None)).id
        return self

    async def open_accounts(self, *but: str) -> None:
        """Everybody on the roster may sign in, except those with these names."""
        async with self.database.writing() as session:
            people = await session.scalars(select(Inspector).where(col(Inspector.account_id).is_(None)))
            for person in people.all():
                if person.name in but:
                    continue
                account = await accounts.open_account(
                    session,
                    username=person.code.lower(),
                    name=person.name,
                    password_hash=_PASSWORD,
                    roles=[Role.EXPERT if person.kind == "expert" else Role.OFFICER],
                    jurisdiction="4101",
                    now=NOW,
                    account_id=named_id("desk", person.id),
                )
                await session.flush()
                person.account_id = account.id

    async def do(self, act: Callable[..., Awaitable[Any]], *args: Any, by: str = "office", **more: Any) -> Any:
        async with self.database.writing() as session:
            return await act(session, *args, caller(by), now=more.pop("now", None) or self.hall.now, **more)

    async def do_system(self, act: Callable[..., Awaitable[Any]], *args: Any, is_job: bool = False) -> Any:
        """What nobody in particular does."""
        async with self.database.writing() as session:
            return await act(session, *args, now=self.hall.now, **({} if is_job else {"by": None}))

    async def propose(self, **more: Any) -> list[Planned]:
        found: list[Planned] = await self.do(planning.propose, self.draw, calendar=CALENDAR, **more)
        return found

    async def move(self, visit: str, on: Any, **more: Any) -> Planned:
        moved: Planned = await self.do(planning.move, self.draw, visit, on=on, calendar=CALENDAR, **more)
        return moved

    async def request(self, *, by: str = "office", urgent_reason: str | None = None) -> Any:
        return await self.do(approvals.request, self.blobs, self.draw, by=by, urgent_reason=urgent_reason)

    async def approve(self, approval: str, *, by: str = "deputy", opinion: str = "同意。") -> Any:
        return await self.do(approvals.approve, self.blobs, self.draw, approval, by=by, opinion=opinion)

    async def give_back(self, approval: str, reason: str = "日期有误", *, by: str = "deputy") -> Any:
        return await self.do(approvals.give_back, self.draw, approval, by=by, reason=reason)

    async def make_notices(self, *, limit: int = 100, visits: Sequence[str] | None = None) -> notices.Made:
        made: notices.Made = await self.do(notices.make, self.blobs, self.draw, limit=limit, visits=visits)
        return made

    async def mark_sent(self, *, visits: Sequence[str] | None = None, how: Delivery = Delivery.IN_PERSON) -> int:
        sent: int = await self.do(
            notices.mark_sent, self.draw, visits=visits, sent_at=NOW, how=how, recipient="项目负责人01"
        )
        return sent

    async def withhold(self, visits: Sequence[str], reason: str = "可能影响检查效果") -> int:
        count: int = await self.do(notices.withhold, self.draw, visits=visits, reason=reason)
        return count

    async def dispatch(self, *, limit: int = 500, now: datetime | None = None) -> sending.Sent:
        sent: sending.Sent = await self.do(sending.dispatch_draw, self.draw, past=PAST, limit=limit, now=now)
        return sent

    async def print_draw(self, draw: str, kind: Kind = Kind.DRAW_RECORD) -> Document:
        paper: Document = await self.do(minutes.print_draw, self.blobs, draw, kind=kind, public_url=None)
        return paper

    async def all_before_dispatch(self) -> list[Planned]:
        """Accounts, days, approval and notices."""
        await self.open_accounts()
        found = await self.propose()
        await self.approve((await self.request()).id)
        await self.make_notices()
        await self.mark_sent()
        return found

    async def planned(self) -> list[Planned]:
        async with self.database.reading() as session:
            return await plans.planned(session, self.draw)

    async def visits(self) -> list[Inspection]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(Inspection).order_by(col(Inspection.code))))

    async def team_of(self, visit: str) -> dict[str, str]:
        """Who has a part in a visit now: role by account."""
        async with self.database.reading() as session:
            grants = await queries.all_grants(session, visit_scope(visit))
        return {grant.account_id: grant.role for grant in grants if grant.revoked_pos is None}

    async def news(self, scope: str) -> list[tuple[str, dict[str, Any]]]:
        async with self.database.reading() as session:
            rows = await feed.entries_after(session, scope, 0, limit=500)
        assert chain_break(scope, [(row.pos, row.raw, row.hash) for row in rows]) is None
        return [(row.type, json.loads(row.raw)["body"]) for row in rows]

    async def visit_news(self, visit: str) -> list[tuple[str, dict[str, Any]]]:
        return await self.news(visit_scope(visit))

    async def person_news(self, account: str) -> list[tuple[str, dict[str, Any]]]:
        return await self.news(account_scope(account))


def at_the_office(
    database_url: str, folder: Path, story: Callable[[Office], Awaitable[None]], *, has_http: bool = False
) -> None:
    """Run a story over a city with rosters."""

    async def told(hall: Hall) -> None:
        await story(Office(hall, folder / "evidence"))

    tell(database_url, told, folder if has_http else None)
