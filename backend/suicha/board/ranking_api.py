"""考核排名: sites of a scored campaign by district, as numbers and as a file."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.board.queries import ranking
from suicha.board.ranking_schemas import RankingOut, ScoredCampaignListOut, ScoredCampaignOut
from suicha.board.ranking_sheets import ranking_sheets
from suicha.infra.exports import XLSX, attachment, workbook


class RankingController(Controller):
    """`/api/rankings` and `/api/campaigns/{id}/ranking`, over the sealed visits of the caller's jurisdiction."""

    path = "/api"
    tags = ["board"]

    @get("/rankings", operation_id="listRankings", opt=may(Permission.READ_BOARD))
    async def campaigns(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> ScoredCampaignListOut:
        """The campaigns on a scored checklist, the newest first."""
        found = await ranking.scored_campaigns(session, caller)
        return ScoredCampaignListOut(items=[ScoredCampaignOut.model_validate(one) for one in found])

    @get("/campaigns/{campaign_id:uuid}/ranking", operation_id="getRanking", opt=may(Permission.READ_BOARD))
    async def ranking(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller], campaign_id: FromPath[UUID]
    ) -> RankingOut:
        """Places by total in each district; equal totals share a place, and the newest sealed text counts."""
        return RankingOut.of(await ranking.ranking(session, str(campaign_id), caller))

    @get(
        "/campaigns/{campaign_id:uuid}/ranking/export.xlsx",
        operation_id="exportRanking",
        opt=may(Permission.READ_BOARD),
        media_type=XLSX,
    )
    async def export(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller], campaign_id: FromPath[UUID]
    ) -> Response[bytes]:
        """First and last of each district, and everybody, as an Excel workbook."""
        found = await ranking.ranking(session, str(campaign_id), caller)
        content = await workbook(ranking_sheets(found))
        return Response(content, media_type=XLSX, headers=attachment("ranking.xlsx"))
