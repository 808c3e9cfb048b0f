"""Problems and rechecks over HTTP: field people see those of their visits, offices those of their jurisdiction."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import signed_in
from suicha.accounts.queries import Caller
from suicha.infra.exports import MOST_ROWS, XLSX, attachment, check_size, workbook
from suicha.kit.clock import local_date, utc_now
from suicha.rectification import queries
from suicha.rectification.queries import PROBLEM_SORTS, RECHECK_SORTS, Wanted
from suicha.rectification.rules import ProblemState, RecheckState
from suicha.rectification.schemas import ProblemListOut, ProblemOut, RecheckListOut, RecheckOut
from suicha.rectification.sheets import problem_sheet, recheck_sheet

Page = Annotated[int, QueryParameter(ge=1, le=10_000)]
PageSize = Annotated[int, QueryParameter(ge=1, le=500)]
ProblemSort = Annotated[str, QueryParameter(pattern=f"^-?({'|'.join(PROBLEM_SORTS)})$")]
RecheckSort = Annotated[str, QueryParameter(pattern=f"^-?({'|'.join(RECHECK_SORTS)})$")]


def provide_place(
    inspection: FromQuery[UUID | None] = None,
    jurisdiction: Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")] = None,
    campaign: Annotated[str | None, QueryParameter(max_length=120)] = None,
    team: Annotated[int | None, QueryParameter(ge=0, le=100_000)] = None,
) -> Wanted:
    """Where both lists may be asked to look."""
    visit = str(inspection) if inspection else None
    return Wanted(inspection=visit, jurisdiction=jurisdiction, campaign=campaign, team=team)


def provide_problems(
    place: NamedDependency[Wanted],
    *,
    in_state: Annotated[ProblemState | None, QueryParameter(name="state")] = None,
    is_overdue: Annotated[bool, QueryParameter(name="overdue")] = False,
) -> Wanted:
    """Which problems are asked for."""
    overdue_on = local_date(utc_now()) if is_overdue else None
    return replace(place, state=in_state.value if in_state else None, overdue_on=overdue_on)


def provide_rechecks(
    place: NamedDependency[Wanted], in_state: Annotated[RecheckState | None, QueryParameter(name="state")] = None
) -> Wanted:
    """Which rechecks are asked for."""
    return replace(place, state=in_state.value if in_state else None)


class RectificationController(Controller):
    """`/api/problems` and `/api/rechecks`, as lists and as files; whoever may see nothing gets empty ones."""

    path = "/api"
    tags = ["rectification"]
    dependencies = {
        "place": Provide(provide_place, sync_to_thread=False),
        "wanted_problems": Provide(provide_problems, sync_to_thread=False),
        "wanted_rechecks": Provide(provide_rechecks, sync_to_thread=False),
    }

    @get("/problems", operation_id="listProblems", opt=signed_in())
    async def problems(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        wanted_problems: NamedDependency[Wanted],
        sort: ProblemSort = "due_on",
        page: Page = 1,
        size: PageSize = 200,
    ) -> ProblemListOut:
        """Problems, by default by the day on which they are due."""
        found, total = await queries.problems(session, caller, wanted_problems, sort=sort, page=page, size=size)
        return ProblemListOut(items=[ProblemOut.found(problem) for problem in found], total=total)

    @get("/problems/export.xlsx", operation_id="exportProblems", opt=signed_in(), media_type=XLSX)
    async def export_problems(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        wanted_problems: NamedDependency[Wanted],
        sort: ProblemSort = "due_on",
    ) -> Response[bytes]:
        """The same rows in the same order as an Excel workbook; too many are refused, not cut off."""
        found, total = await queries.problems(session, caller, wanted_problems, sort=sort, size=MOST_ROWS)
        check_size(total)
        content = await workbook([problem_sheet(found)])
        return Response(content, media_type=XLSX, headers=attachment("problems.xlsx"))

    @get("/rechecks", operation_id="listRechecks", opt=signed_in())
    async def rechecks(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        wanted_rechecks: NamedDependency[Wanted],
        sort: RecheckSort = "scheduled_on",
        page: Page = 1,
        size: PageSize = 200,
    ) -> RecheckListOut:
        """Rechecks, by default by their day, each with what is to be looked at."""
        found, total = await queries.rechecks(session, caller, wanted_rechecks, sort=sort, page=page, size=size)
        problems = await queries.problems_of_rechecks(session, [recheck.row.id for recheck in found])
        today = local_date(utc_now())
        items = [RecheckOut.found(recheck, problems.get(recheck.row.id, []), today=today) for recheck in found]
        return RecheckListOut(items=items, total=total)

    @get("/rechecks/export.xlsx", operation_id="exportRechecks", opt=signed_in(), media_type=XLSX)
    async def export_rechecks(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        wanted_rechecks: NamedDependency[Wanted],
        sort: RecheckSort = "scheduled_on",
    ) -> Response[bytes]:
        """The same rows in the same order as an Excel workbook; too many are refused, not cut off."""
        found, total = await queries.rechecks(session, caller, wanted_rechecks, sort=sort, size=MOST_ROWS)
        check_size(total)
        problems = await queries.problems_of_rechecks(session, [recheck.row.id for recheck in found])
        content = await workbook([recheck_sheet(found, problems)])
        return Response(content, media_type=XLSX, headers=attachment("rechecks.xlsx"))
