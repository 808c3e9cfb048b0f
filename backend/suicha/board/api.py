"""The list of visits for everybody who has some, and the board for the office."""

from datetime import date
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may, signed_in
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.board import queries
from suicha.board.queries import Sort, VisitFilter
from suicha.board.schemas import BoardOut, VisitListOut, VisitRowOut
from suicha.inspections.rules.lifecycle import VisitState
from suicha.kit.clock import local_date, utc_now

_SORTS = "|".join(Sort)


class BoardController(Controller):
    """`/api/inspections` and `/api/board`."""

    path = "/api"
    tags = ["inspections"]

    @get("/inspections", operation_id="listInspections", opt=signed_in())
    async def inspections(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        in_state: Annotated[VisitState | None, QueryParameter(name="state")] = None,
        planned_on: FromQuery[date | None] = None,
        jurisdiction: Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")] = None,
        team: Annotated[int | None, QueryParameter(ge=0, le=100_000)] = None,
        q: Annotated[str | None, QueryParameter(max_length=100)] = None,
        sort: Annotated[str, QueryParameter(pattern=f"^-?({_SORTS})$")] = "planned_on",
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 200,
    ) -> VisitListOut:
        """Visits of the caller's teams or jurisdiction."""
        wanted = VisitFilter(state=in_state, jurisdiction=jurisdiction, team=team, q=q, planned_on=planned_on)
        rows, total = await queries.visits(session, caller, wanted, sort=sort, page=page, size=size)
        return VisitListOut(items=[VisitRowOut.model_validate(row) for row in rows], total=total)

    @get("/board", operation_id="getBoard", opt=may(Permission.READ_BOARD))
    async def board(self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]) -> BoardOut:
        """Numbers of the round, districts, what needs a decision today, and this week."""
        return BoardOut.of(await queries.board(session, caller, today=local_date(utc_now())))
