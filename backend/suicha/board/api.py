"""The list of visits for everybody who has some; the board, the calendar and the teams."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may, signed_in
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.board.queries import calendar, progress, teams, visits
from suicha.board.queries.visits import Sort, VisitFilter
from suicha.board.schemas import BoardOut, CalendarViewOut, ChoicesOut, TeamOut, VisitListOut, VisitRowOut
from suicha.board.sheets import visit_sheet
from suicha.checklists.loader import read_calendar
from suicha.infra.exports import MOST_ROWS, XLSX, attachment, check_size, workbook
from suicha.infra.settings import Settings
from suicha.inspections.records import DeviceBook
from suicha.inspections.rules.lifecycle import VisitState
from suicha.kit.clock import local_date, utc_now

SortBy = Annotated[str, QueryParameter(pattern=f"^-?({'|'.join(Sort)})$")]
CampaignName = Annotated[str | None, QueryParameter(max_length=120)]
JurisdictionPrefix = Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")]
TeamNo = Annotated[int | None, QueryParameter(ge=0, le=100_000)]


def provide_wanted(
    in_state: Annotated[VisitState | None, QueryParameter(name="state")] = None,
    planned_on: FromQuery[date | None] = None,
    campaign: CampaignName = None,
    jurisdiction: JurisdictionPrefix = None,
    team: TeamNo = None,
    has_problems: FromQuery[bool | None] = None,
    is_inspected: Annotated[bool | None, QueryParameter(name="inspected")] = None,
    q: Annotated[str | None, QueryParameter(max_length=100)] = None,
) -> VisitFilter:
    """What the address narrows the list of visits to."""
    return VisitFilter(
        campaign=campaign,
        state=in_state,
        jurisdiction=jurisdiction,
        team=team,
        q=q,
        planned_on=planned_on,
        has_problems=has_problems,
        is_inspected=is_inspected,
    )


class VisitListController(Controller):
    """`/api/inspections` as a list and as a file; both say the same."""

    path = "/api/inspections"
    tags = ["inspections"]
    dependencies = {"wanted": Provide(provide_wanted, sync_to_thread=False)}

    @get("/", operation_id="listInspections", opt=signed_in())
    async def inspections(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        wanted: NamedDependency[VisitFilter],
        sort: SortBy = "planned_on",
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 200,
    ) -> VisitListOut:
        """Visits of the caller's teams or jurisdiction."""
        rows, total = await visits.visits(session, caller, wanted, sort=sort, page=page, size=size)
        return VisitListOut(items=[VisitRowOut.model_validate(row) for row in rows], total=total)

    @get("/export.xlsx", operation_id="exportInspections", opt=signed_in(), media_type=XLSX)
    async def export(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        wanted: NamedDependency[VisitFilter],
        sort: SortBy = "planned_on",
    ) -> Response[bytes]:
        """The same rows in the same order as an Excel workbook; too many are refused, not cut off."""
        check_size(await visits.count(session, caller, wanted))
        rows, _ = await visits.visits(session, caller, wanted, sort=sort, size=MOST_ROWS)
        content = await workbook([visit_sheet(rows)])
        return Response(content, media_type=XLSX, headers=attachment("inspections.xlsx"))


class BoardController(Controller):
    """`/api/board`, `/api/calendar`, `/api/choices` and the teams."""

    path = "/api"
    tags = ["board"]

    @get("/board", operation_id="getBoard", opt=may(Permission.READ_BOARD))
    async def board(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller], campaign: CampaignName = None
    ) -> BoardOut:
        """Numbers of a campaign, by default of the running one; what needs a decision; this week."""
        found = await progress.board(session, caller, campaign=campaign, today=local_date(utc_now()))
        return BoardOut.of(found)

    @get("/choices", operation_id="getChoices", opt=signed_in())
    async def choices(self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]) -> ChoicesOut:
        """The campaigns, districts and teams of the visits that the caller may see."""
        return ChoicesOut.of(
            await progress.campaigns(session, caller),
            await visits.districts(session, caller),
            await teams.choices(session, caller, VisitFilter()),
        )

    @get("/calendar", operation_id="getVisitCalendar", opt=signed_in())
    async def calendar(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        settings: NamedDependency[Settings],
        first: Annotated[date, QueryParameter(name="from")],
        last: Annotated[date, QueryParameter(name="to")],
        campaign: CampaignName = None,
        jurisdiction: JurisdictionPrefix = None,
        team: TeamNo = None,
    ) -> CalendarViewOut:
        """Day by day, at most two months: what is planned, done and to be rechecked; up to a week with its visits."""
        wanted = VisitFilter(campaign=campaign, jurisdiction=jurisdiction, team=team)
        days = await calendar.days_of(
            session, caller, wanted, first=first, last=last, calendar=read_calendar(settings.checklists_dir)
        )
        return CalendarViewOut.of(days, today=local_date(utc_now()))

    @get("/my-team", operation_id="getMyTeam", opt=may(Permission.READ_OWN_TEAM))
    async def my_team(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        device_book: NamedDependency[DeviceBook],
        campaign: CampaignName = None,
        team: TeamNo = None,
    ) -> TeamOut:
        """A team of the caller's own, by default the newest: only visits in which he has a part now."""
        wanted = VisitFilter(campaign=campaign, team=team, is_own=True)
        return await _team(session, caller, device_book, wanted)

    @get("/team", operation_id="getTeam", opt=may(Permission.READ_BOARD))
    async def one_team(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        device_book: NamedDependency[DeviceBook],
        campaign: CampaignName = None,
        team: TeamNo = None,
    ) -> TeamOut:
        """Any team with visits in the caller's jurisdiction, by default the first of the newest campaign."""
        return await _team(session, caller, device_book, VisitFilter(campaign=campaign, team=team))


async def _team(session: AsyncSession, caller: Caller, device_book: DeviceBook, wanted: VisitFilter) -> TeamOut:
    found = await teams.team(session, caller, wanted)
    devices = await device_book.devices_of(session, [member.account for member in found.members if member.visits])
    return TeamOut.of(found, devices, today=local_date(utc_now()))
