"""台账报表: the statistics, the ledger, and both as one Excel file."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.board.queries import reports
from suicha.board.queries.reports import Period
from suicha.board.reports_schemas import LedgerOut, ReportOut
from suicha.board.reports_sheets import report_sheets
from suicha.infra.exports import MOST_ROWS, XLSX, attachment, check_size, workbook
from suicha.kit.clock import local_date, utc_now
from suicha.registry import queries as registry


def provide_period(
    campaign: Annotated[str | None, QueryParameter(max_length=120)] = None,
    jurisdiction: Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")] = None,
    first: Annotated[date | None, QueryParameter(name="from")] = None,
    last: Annotated[date | None, QueryParameter(name="to")] = None,
) -> Period:
    """Which visits a report is about."""
    return Period(campaign, jurisdiction, first, last)


class ReportsController(Controller):
    """`/api/reports`: over first visits of the caller's jurisdiction and what became of their problems."""

    path = "/api/reports"
    tags = ["board"]
    dependencies = {"period": Provide(provide_period, sync_to_thread=False)}

    @get("/", operation_id="getReport", opt=may(Permission.READ_BOARD))
    async def report(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller], period: NamedDependency[Period]
    ) -> ReportOut:
        """By district, item, severity, enterprise and person; times to close; month by month."""
        today = local_date(utc_now())
        found = await reports.report(session, caller, period, today=today)
        return ReportOut.of(found, rechecks=await reports.recheck_counts(session, caller, period), today=today)

    @get("/ledger", operation_id="getLedger", opt=may(Permission.READ_BOARD))
    async def ledger(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        period: NamedDependency[Period],
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    ) -> LedgerOut:
        """Every problem with its order, days, proof, rechecks, referral and end."""
        return LedgerOut.of(*await reports.ledger(session, caller, period, page=page, size=size))

    @get("/export.xlsx", operation_id="exportReport", opt=may(Permission.READ_BOARD), media_type=XLSX)
    async def export(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller], period: NamedDependency[Period]
    ) -> Response[bytes]:
        """Ledger and statistics as one workbook; too many rows are refused, not cut off."""
        rows, total = await reports.ledger(session, caller, period, size=MOST_ROWS)
        check_size(total)
        found = await reports.report(session, caller, period, today=local_date(utc_now()))
        sheets = report_sheets(found, rows, await registry.jurisdiction_names(session))
        return Response(await workbook(sheets), media_type=XLSX, headers=attachment("report.xlsx"))
