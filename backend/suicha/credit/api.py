"""信用 at the desk: what waits, the arithmetic, decisions, rounds, files in and out."""

import asyncio
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody, QueryParameter
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.checklists.loader import read_calendar
from suicha.credit import actions, queries
from suicha.credit.errors import CreditImportInvalid
from suicha.credit.gathering import current_rules
from suicha.credit.queries import Listed, Wanted
from suicha.credit.rules.periods import days_of, period_of
from suicha.credit.rules.policy import GRADE
from suicha.credit.rules.states import EntryState
from suicha.credit.schemas import (
    CreditApproveRequest,
    CreditComputeRequest,
    CreditDecideRequest,
    CreditEntriesOut,
    CreditEntryDetailOut,
    CreditEntryOut,
    CreditImportedOut,
    CreditObjectRequest,
    CreditOut,
    CreditProposeRequest,
    CreditReasonRequest,
    CreditRoundDetailOut,
    CreditRoundOut,
    CreditScoreOut,
    CreditStepOut,
)
from suicha.credit.sheets import entries_sheet, read_grades
from suicha.credit.tables import Entry
from suicha.infra import exports
from suicha.infra.settings import Settings
from suicha.kit.clock import local_date, utc_now
from suicha.registry.tables import Enterprise

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Id = FromPath[UUID]
_MAY = may(Permission.MANAGE_CREDIT)
MOST_FILE_BYTES = 2 * 1024 * 1024


class GradesForm(BaseModel):
    """A file of grades of one period."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile
    period: str
    source: str


class CreditController(Controller):
    """`/api/credit`."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/", operation_id="getCredit", opt=_MAY)
    async def overview(self, session: Db, caller: Who) -> CreditOut:
        """Lists, rounds and numbers."""
        rules, today = current_rules(), local_date(utc_now())
        current = {one.code: period_of(one.period, today) for one in rules.lists}
        return CreditOut.of(
            rules, await queries.rounds(session), await queries.counts(session, caller.jurisdiction), current
        )

    @get("/entries", operation_id="listCreditEntries", opt=_MAY)
    async def entries(
        self,
        session: Db,
        caller: Who,
        kind: Annotated[str | None, QueryParameter(max_length=30)] = None,
        in_state: Annotated[EntryState | None, QueryParameter(name="state")] = None,
        period: Annotated[str | None, QueryParameter(max_length=10)] = None,
        enterprise: Annotated[str | None, QueryParameter(max_length=36)] = None,
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> CreditEntriesOut:
        """Entries, the newest first."""
        rules = current_rules()
        wanted = Wanted(kind, in_state.value if in_state else None, period, enterprise, q)
        found, total = await queries.entries(session, caller.jurisdiction, wanted, page=page, size=size)
        return CreditEntriesOut(
            items=[CreditEntryOut.of(one, rules) for one in found],
            total=total,
            counts=await queries.counts(session, caller.jurisdiction),
        )

    @get("/entries.xlsx", operation_id="exportCreditEntries", opt=_MAY, media_type=exports.XLSX)
    async def export(
        self,
        session: Db,
        caller: Who,
        kind: Annotated[str | None, QueryParameter(max_length=30)] = None,
        in_state: Annotated[EntryState | None, QueryParameter(name="state")] = None,
        period: Annotated[str | None, QueryParameter(max_length=10)] = None,
    ) -> Response[bytes]:
        """The same as a file for a credit platform."""
        wanted = Wanted(kind, in_state.value if in_state else None, period)
        found, total = await queries.entries(session, caller.jurisdiction, wanted, size=exports.MOST_ROWS)
        exports.check_size(total)
        content = await exports.workbook([entries_sheet(found, current_rules())])
        return Response(content, media_type=exports.XLSX, headers=exports.attachment("信用记录.xlsx"))

    @post("/entries", operation_id="proposeBadRecord", opt=_MAY)
    async def propose(self, data: JSONBody[CreditProposeRequest], session: Db, caller: Who) -> CreditEntryDetailOut:
        """Propose a bad record by hand; somebody else approves it."""
        enterprise = await queries.enterprise(session, data.enterprise, caller.jurisdiction)
        entry = await actions.propose_by_hand(
            session, enterprise, reason=data.reason, evidence=data.evidence, by=caller.id, now=utc_now()
        )
        return await _shown(session, entry, caller)

    @get("/entries/{entry_id:uuid}", operation_id="readCreditEntry", opt=_MAY)
    async def read(self, entry_id: Id, session: Db, caller: Who) -> CreditEntryDetailOut:
        """The arithmetic, point by point, and everything that was done."""
        return await _shown(session, await queries.entry(session, str(entry_id), caller.jurisdiction), caller)

    @post("/entries/{entry_id:uuid}/approve", operation_id="approveCreditEntry", status_code=200, opt=_MAY)
    async def approve(
        self,
        entry_id: Id,
        data: JSONBody[CreditApproveRequest],
        session: Db,
        caller: Who,
        settings: NamedDependency[Settings],
    ) -> CreditEntryDetailOut:
        """Approve what was looked at."""
        entry = await queries.entry(session, str(entry_id), caller.jurisdiction, is_locked=True)
        calendar = read_calendar(settings.checklists_dir)
        await actions.approve(session, entry, current_rules(), calendar, seen=data.seen, by=caller.id, now=utc_now())
        return await _shown(session, entry, caller)

    @post("/entries/{entry_id:uuid}/reject", operation_id="rejectCreditEntry", status_code=200, opt=_MAY)
    async def reject(
        self, entry_id: Id, data: JSONBody[CreditReasonRequest], session: Db, caller: Who
    ) -> CreditEntryDetailOut:
        """Do not take a proposal up."""
        entry = await queries.entry(session, str(entry_id), caller.jurisdiction, is_locked=True)
        await actions.reject(session, entry, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, entry, caller)

    @post("/entries/{entry_id:uuid}/object", operation_id="objectToCreditEntry", status_code=200, opt=_MAY)
    async def object_to(
        self, entry_id: Id, data: JSONBody[CreditObjectRequest], session: Db, caller: Who
    ) -> CreditEntryDetailOut:
        """Record the enterprise's objection."""
        entry = await queries.entry(session, str(entry_id), caller.jurisdiction, is_locked=True)
        await actions.object_to(session, entry, on=data.on, text=data.text, by=caller.id, now=utc_now())
        return await _shown(session, entry, caller)

    @post("/entries/{entry_id:uuid}/objection", operation_id="decideCreditObjection", status_code=200, opt=_MAY)
    async def decide_objection(
        self, entry_id: Id, data: JSONBody[CreditDecideRequest], session: Db, caller: Who
    ) -> CreditEntryDetailOut:
        """Granted, the entry is revoked; otherwise it stands."""
        entry = await queries.entry(session, str(entry_id), caller.jurisdiction, is_locked=True)
        await actions.decide_objection(
            session,
            entry,
            current_rules(),
            is_upheld=data.is_granted,
            answer=data.answer,
            by=caller.id,
            now=utc_now(),
        )
        return await _shown(session, entry, caller)

    @post("/entries/{entry_id:uuid}/repair", operation_id="askCreditRepair", status_code=200, opt=_MAY)
    async def ask_repair(
        self, entry_id: Id, data: JSONBody[CreditReasonRequest], session: Db, caller: Who
    ) -> CreditEntryDetailOut:
        """Record that the enterprise asks for repair."""
        entry = await queries.entry(session, str(entry_id), caller.jurisdiction, is_locked=True)
        await actions.ask_repair(session, entry, current_rules(), text=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, entry, caller)

    @post("/entries/{entry_id:uuid}/repaired", operation_id="decideCreditRepair", status_code=200, opt=_MAY)
    async def decide_repair(
        self, entry_id: Id, data: JSONBody[CreditDecideRequest], session: Db, caller: Who
    ) -> CreditEntryDetailOut:
        """Granted, the entry ends with what it changed."""
        entry = await queries.entry(session, str(entry_id), caller.jurisdiction, is_locked=True)
        await actions.decide_repair(
            session, entry, is_granted=data.is_granted, answer=data.answer, by=caller.id, now=utc_now()
        )
        return await _shown(session, entry, caller)

    @post("/entries/{entry_id:uuid}/revoke", operation_id="revokeCreditEntry", status_code=200, opt=_MAY)
    async def revoke(
        self, entry_id: Id, data: JSONBody[CreditReasonRequest], session: Db, caller: Who
    ) -> CreditEntryDetailOut:
        """Take back what should not have been entered."""
        entry = await queries.entry(session, str(entry_id), caller.jurisdiction, is_locked=True)
        await actions.revoke(session, entry, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, entry, caller)

    @post("/rounds", operation_id="computeCreditRound", status_code=200, opt=_MAY)
    async def compute(self, data: JSONBody[CreditComputeRequest], session: Db, caller: Who) -> CreditRoundDetailOut:
        """Compute a list for a period, or compute it anew: what waits is refreshed, what was decided stays."""
        now = utc_now()
        row = await actions.compute(
            session, current_rules(), data.list, data.period, by=caller, today=local_date(now), now=now
        )
        return await _round(session, row.id, caller)

    @get("/rounds/{round_id:uuid}", operation_id="readCreditRound", opt=_MAY)
    async def round(self, round_id: Id, session: Db, caller: Who) -> CreditRoundDetailOut:
        """Everybody's score with the arithmetic."""
        return await _round(session, str(round_id), caller)

    @post(
        "/grades",
        operation_id="importCreditGrades",
        status_code=200,
        opt=_MAY,
        request_max_body_size=MOST_FILE_BYTES + 10_000,
    )
    async def grades(
        self,
        data: MultipartBody[GradesForm],
        session: Db,
        caller: Who,
    ) -> CreditImportedOut:
        """Take grades from a file; each waits for somebody else's approval."""
        rules = current_rules()
        days_of(rules.list_of(GRADE).period, data.period)
        content = await data.file.read()
        if not content or len(content) > MOST_FILE_BYTES:
            raise CreditImportInvalid("文件为空或超过 2 MB")
        lines = await asyncio.to_thread(read_grades, content)
        entries = await actions.import_grades(
            session,
            rules,
            lines,
            period=data.period,
            source=data.source.strip()[:200] or data.file.filename[:200],
            jurisdiction=caller.jurisdiction,
            by=caller.id,
            now=utc_now(),
        )
        return CreditImportedOut(proposed=sum(entry.state == EntryState.PROPOSED for entry in entries))


async def _shown(session: AsyncSession, entry: Entry, caller: Caller) -> CreditEntryDetailOut:
    await session.flush()
    enterprise = await session.get_one(Enterprise, entry.enterprise_id)
    history = [CreditStepOut.of(step, name) for step, name in await queries.steps(session, entry.id)]
    until = None
    if entry.effective_on and not entry.is_good:
        until = entry.effective_on - timedelta(days=1)
    return CreditEntryDetailOut.whole(
        Listed(entry, enterprise.name, enterprise.uscc),
        current_rules(),
        history,
        caller=caller.id,
        objection_until=until,
    )


async def _round(session: AsyncSession, round_id: str, caller: Caller) -> CreditRoundDetailOut:
    row = await queries.round_(session, round_id)
    found = await queries.scores(session, row.id, caller.jurisdiction)
    return CreditRoundDetailOut(
        round=CreditRoundOut.model_validate(row),
        name=current_rules().name_of(row.list_code),
        scores=[CreditScoreOut.shown(score, name, uscc) for score, name, uscc in found],
    )
