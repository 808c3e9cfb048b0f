"""Rechecks as visits: who goes, sending them, what they found; and look-backs."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may, signed_in
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.documents import queries as documents
from suicha.documents.schemas import DocumentOut
from suicha.infra.blobs import BlobStore
from suicha.inspections.tables import Inspection
from suicha.kit.clock import utc_now
from suicha.rectification import papers, queries
from suicha.rectification.actions import lookbacks, rechecks
from suicha.rectification.errors import NotYoursToDecide, RecheckNotDrawn
from suicha.rectification.rules import RecheckKind, RecheckState
from suicha.rectification.rules.rechecks import pool_of
from suicha.rectification.schemas import ProblemBriefOut
from suicha.rectification.tables import Lookback, Recheck
from suicha.registry import queries as registry

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Id = FromPath[UUID]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
_MANAGE = may(Permission.MANAGE_RECTIFICATION)


class DrawRequest(BaseModel):
    """Why it is drawn again; the first time nothing is asked."""

    reason: Words | None = None


class ReplaceRequest(BaseModel):
    """Who cannot go, and why."""

    inspector: Annotated[str, StringConstraints(max_length=36)]
    reason: Words


class SendRequest(BaseModel):
    """Another day, and the department that comes along (联合复查)."""

    on: date | None = None
    partner: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] | None = None


class LookbackRequest(BaseModel):
    """Which closed problems may be drawn, how many of them, and when they are looked at."""

    first_on: date
    last_on: date
    percent: Annotated[int, Field(ge=1, le=100)]
    on: date
    jurisdiction: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,12}$")] = ""


class PersonOut(BaseModel):
    """Somebody on the roster."""

    id: str
    name: str


class CandidateOut(PersonOut):
    """Somebody who could have been drawn, or why not."""

    excluded: str | None


class TeamDrawOut(BaseModel):
    """One draw of a team, or one replacement; `record` is enough to draw again."""

    n: int
    at: datetime
    reason: str | None
    team: list[PersonOut]
    gone: list[PersonOut]
    record: dict[str, Any]


class OutcomeOut(BaseModel):
    """What was found about a problem."""

    model_config = ConfigDict(from_attributes=True)

    problem_id: str
    result: str
    remark: str
    at: datetime


class RecheckDetailOut(BaseModel):
    """A recheck with its draw, visit, outcomes and papers."""

    id: str
    kind: RecheckKind
    state: RecheckState
    inspection: str
    visit_code: str
    site: str
    enterprise: str
    jurisdiction: str
    scheduled_on: date
    is_uncertain: bool
    partner: str | None
    visit: str | None
    problems: list[ProblemBriefOut]
    outcomes: list[OutcomeOut]
    draws: list[TeamDrawOut]
    pool: list[CandidateOut]
    documents: list[DocumentOut]
    may_decide: bool


class LookbackOut(BaseModel):
    """A look-back; `record` is enough to draw again."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    jurisdiction: str
    first_on: date
    last_on: date
    percent: int
    pool_size: int
    taken: int
    at: datetime
    record: dict[str, Any]


class LookbackPreviewOut(BaseModel):
    """How many problems could be drawn."""

    pool_size: int


class RecheckController(Controller):
    """`/api/rechecks/{id}` and `/api/lookbacks`."""

    path = "/api"
    tags = ["rectification"]

    @get("/rechecks/{recheck_id:uuid}", operation_id="readRecheck", opt=signed_in())
    async def read(self, recheck_id: Id, session: Db, caller: Who) -> RecheckDetailOut:
        """One recheck."""
        return await _shown(session, await queries.recheck(session, str(recheck_id), caller), caller)

    @post("/rechecks/{recheck_id:uuid}/draw", operation_id="drawRecheckTeam", status_code=200, opt=_MANAGE)
    async def draw(self, recheck_id: Id, data: JSONBody[DrawRequest], session: Db, caller: Who) -> RecheckDetailOut:
        """Draw the two officers; again only with a reason."""
        row = await _to_decide(session, recheck_id, caller)
        if data.reason is None and await queries.draws_of(session, row.id):
            raise RecheckNotDrawn("重新抽取须写明理由")
        await rechecks.draw_team(session, row, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, row, caller)

    @post("/rechecks/{recheck_id:uuid}/replace", operation_id="replaceRecheckMember", status_code=200, opt=_MANAGE)
    async def replace(
        self, recheck_id: Id, data: JSONBody[ReplaceRequest], session: Db, caller: Who
    ) -> RecheckDetailOut:
        """Let the next ticket go in somebody's place."""
        row = await _to_decide(session, recheck_id, caller)
        await rechecks.replace_member(session, row, data.inspector, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, row, caller)

    @post("/rechecks/{recheck_id:uuid}/send", operation_id="sendRecheckTeam", status_code=200, opt=_MANAGE)
    async def send(self, recheck_id: Id, data: JSONBody[SendRequest], session: Db, caller: Who) -> RecheckDetailOut:
        """Send the drawn team: the visit is on their phones."""
        row = await _to_decide(session, recheck_id, caller)
        await rechecks.send_team(session, row, on=data.on, partner=data.partner or None, by=caller.id, now=utc_now())
        return await _shown(session, row, caller)

    @post("/rechecks/{recheck_id:uuid}/document", operation_id="makeRecheckRecord", opt=signed_in())
    async def document(
        self, recheck_id: Id, session: Db, caller: Who, blobs: NamedDependency[BlobStore]
    ) -> DocumentOut:
        """复查记录 of a recheck that is done."""
        row = await _to_decide(session, recheck_id, caller)
        if row.state != RecheckState.DONE:
            raise RecheckNotDrawn("复查还没有完成")
        made = await papers.recheck_record_document(session, blobs, row, by=caller.id, now=utc_now())
        return DocumentOut.model_validate(made)

    @get("/lookbacks", operation_id="listLookbacks", opt=_MANAGE)
    async def list_lookbacks(self, session: Db, caller: Who) -> list[LookbackOut]:
        """Samples that were drawn, the newest first."""
        return [LookbackOut.model_validate(row) for row in await queries.lookbacks(session, caller.jurisdiction)]

    @post("/lookbacks/preview", operation_id="previewLookback", status_code=200, opt=_MANAGE)
    async def preview(self, data: JSONBody[LookbackRequest], session: Db, caller: Who) -> LookbackPreviewOut:
        """How many problems could be drawn."""
        found = await queries.closed_between(session, caller, data.first_on, data.last_on, _place(data, caller))
        return LookbackPreviewOut(pool_size=len(found))

    @post("/lookbacks", operation_id="drawLookback", opt=_MANAGE)
    async def lookback(self, data: JSONBody[LookbackRequest], session: Db, caller: Who) -> LookbackOut:
        """Draw the sample and schedule its visits."""
        row: Lookback = await lookbacks.draw_lookback(
            session,
            caller,
            first_on=data.first_on,
            last_on=data.last_on,
            percent=data.percent,
            on=data.on,
            jurisdiction=_place(data, caller),
            now=utc_now(),
        )
        return LookbackOut.model_validate(row)


def _place(data: LookbackRequest, caller: Caller) -> str:
    """What was asked for if it lies in the caller's jurisdiction, else that."""
    return data.jurisdiction if data.jurisdiction.startswith(caller.jurisdiction) else caller.jurisdiction


async def _to_decide(session: AsyncSession, recheck_id: UUID, caller: Caller) -> Recheck:
    row = await queries.recheck(session, str(recheck_id), caller, is_locked=True)
    await queries.check_may_decide(session, row.inspection_id, caller)
    return row


async def _shown(session: AsyncSession, row: Recheck, caller: Caller) -> RecheckDetailOut:
    origin = await session.get_one(Inspection, row.inspection_id)
    site, enterprise = await registry.site_with_enterprise(session, row.site_id, "")
    taken = await queries.problems_taken_along(session, row.id)
    problems = taken or await queries.problems_to_look_at(session, row)
    draws = await queries.draws_of(session, row.id)
    pool = pool_of(draws[-1].record) if draws else []
    people = {one for draw in draws for one in (*draw.team, *draw.gone)} | {one["id"] for one in pool}
    names = await queries.names_of_people(session, people)
    try:
        await queries.check_may_decide(session, row.inspection_id, caller)
        may_decide = caller.may(Permission.MANAGE_RECTIFICATION)
    except NotYoursToDecide:
        may_decide = False

    def person(one: str) -> PersonOut:
        return PersonOut(id=one, name=names.get(one, one))

    return RecheckDetailOut(
        id=row.id,
        kind=RecheckKind(row.kind),
        state=RecheckState(row.state),
        inspection=row.inspection_id,
        visit_code=origin.code,
        site=site.name,
        enterprise=enterprise.name,
        jurisdiction=row.jurisdiction,
        scheduled_on=row.scheduled_on,
        is_uncertain=row.is_uncertain,
        partner=row.partner,
        visit=row.visit_id,
        problems=[ProblemBriefOut.of(problem) for problem in problems],
        outcomes=[OutcomeOut.model_validate(one) for one in await queries.outcomes_of(session, row.id)],
        draws=[
            TeamDrawOut(
                n=draw.n,
                at=draw.at,
                reason=draw.reason,
                team=[person(one) for one in draw.team],
                gone=[person(one) for one in draw.gone],
                record=draw.record,
            )
            for draw in draws
        ],
        pool=[
            CandidateOut(id=one["id"], name=names.get(one["id"], one["id"]), excluded=one["excluded"]) for one in pool
        ],
        documents=[
            DocumentOut.model_validate(paper)
            for paper in await documents.documents_about(session, [f"recheck:{row.id}"], "")
        ],
        may_decide=may_decide,
    )
