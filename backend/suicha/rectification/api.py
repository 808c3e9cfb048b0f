"""Problems and rechecks over HTTP: field people see those of their visits, offices those of their jurisdiction."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import signed_in
from suicha.accounts.queries import Caller
from suicha.kit.clock import local_date, utc_now
from suicha.rectification import queries
from suicha.rectification.rules import ProblemState, RecheckState
from suicha.rectification.schemas import ProblemListOut, ProblemOut, RecheckListOut, RecheckOut

Page = Annotated[int, QueryParameter(ge=1, le=10_000)]
PageSize = Annotated[int, QueryParameter(ge=1, le=500)]
JurisdictionPrefix = Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")]


class RectificationController(Controller):
    """`/api/problems` and `/api/rechecks`; whoever may see nothing gets empty lists."""

    path = "/api"
    tags = ["rectification"]

    @get("/problems", operation_id="listProblems", opt=signed_in())
    async def problems(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        inspection: FromQuery[UUID | None] = None,
        in_state: Annotated[ProblemState | None, QueryParameter(name="state")] = None,
        jurisdiction: JurisdictionPrefix = None,
        page: Page = 1,
        size: PageSize = 200,
    ) -> ProblemListOut:
        """Problems by the day on which they are due."""
        found, total = await queries.problems(
            session,
            caller,
            inspection=str(inspection) if inspection else None,
            states=[in_state] if in_state else [],
            jurisdiction=jurisdiction,
            page=page,
            size=size,
        )
        return ProblemListOut(items=[ProblemOut.found(problem) for problem in found], total=total)

    @get("/rechecks", operation_id="listRechecks", opt=signed_in())
    async def rechecks(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        inspection: FromQuery[UUID | None] = None,
        in_state: Annotated[RecheckState | None, QueryParameter(name="state")] = None,
        jurisdiction: JurisdictionPrefix = None,
        page: Page = 1,
        size: PageSize = 200,
    ) -> RecheckListOut:
        """Rechecks by their day, each with what is to be looked at."""
        found, total = await queries.rechecks(
            session,
            caller,
            inspection=str(inspection) if inspection else None,
            states=[in_state] if in_state else [],
            jurisdiction=jurisdiction,
            page=page,
            size=size,
        )
        problems = await queries.problems_of_rechecks(session, [recheck.row.id for recheck in found])
        today = local_date(utc_now())
        items = [RecheckOut.found(recheck, problems.get(recheck.row.id, []), today=today) for recheck in found]
        return RecheckListOut(items=items, total=total)
