"""Plans and campaigns as the office sees them."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel

from suicha.draws.queries import FoundCampaign
from suicha.draws.rules.campaign import CampaignState, PlanState
from suicha.draws.rules.ceremony import DrawKind, DrawState
from suicha.draws.schemas.requests import CampaignPart
from suicha.draws.tables import Campaign, Draw, Plan


class PlanOut(BaseModel):
    """A year plan."""

    id: str
    year: int
    jurisdiction: str
    name: str
    document_number: str | None
    state: PlanState
    revision: int
    campaigns: int
    created_at: datetime
    approved_at: datetime | None
    published_at: datetime | None

    @classmethod
    def of(cls, plan: Plan, campaigns: int) -> Self:
        """Show a plan with the number of its campaigns."""
        return cls.model_validate(plan.model_dump() | {"campaigns": campaigns})


class PlanListOut(BaseModel):
    """One page of plans."""

    items: list[PlanOut]
    total: int


class PlaceOut(BaseModel):
    """One seat of one team; seat 1 of the officers leads."""

    team: int
    kind: str
    seat: int


class DrawBriefOut(BaseModel):
    """A draw as one line of the ledger; `reason` says why it was held, `void_reason` why it has no result."""

    id: str
    campaign: str
    campaign_name: str
    number: int
    kind: DrawKind
    state: DrawState
    revision: int
    pool_digest: str
    digest: str | None
    reason: str | None
    void_reason: str | None
    unrevealed: str | None
    place: PlaceOut | None
    parent: str | None
    superseded_by: str | None
    sites: int
    inspectors: int
    drawn: int | None
    teams: int | None
    frozen_at: datetime
    closed_at: datetime | None
    valued_at: datetime | None
    revealed_at: datetime | None
    sealed_at: datetime | None
    voided_at: datetime | None
    superseded_at: datetime | None

    @classmethod
    def of(cls, row: Draw) -> Self:
        """Show a draw."""
        return cls.model_validate(brief(row))


def brief(row: Draw) -> dict[str, Any]:
    """The members of `DrawBriefOut`."""
    place = (
        PlaceOut(team=row.team, kind=row.seat_kind, seat=row.seat) if row.team and row.seat_kind and row.seat else None
    )
    return row.model_dump() | {
        "campaign": row.campaign_id,
        "unrevealed": row.unrevealed_name,
        "place": place,
        "parent": row.parent_id,
        "sites": row.site_count,
        "inspectors": row.inspector_count,
        "drawn": row.drawn_count,
        "teams": row.team_count,
    }


class DrawListOut(BaseModel):
    """One page of draws."""

    items: list[DrawBriefOut]
    total: int


class LedgerItemOut(DrawBriefOut):
    """A line of the ledger with the names that only the office sees: who left a place, who took it."""

    leaver: str | None
    chosen: str | None


class LedgerOut(BaseModel):
    """All draws of a campaign, first to last, whatever became of them."""

    items: list[LedgerItemOut]


class CampaignOut(CampaignPart):
    """A campaign with the draw in force and the one under way; `draws` counts the ledger."""

    id: str
    plan: str
    state: CampaignState
    revision: int
    created_at: datetime
    in_force: DrawBriefOut | None
    under_way: DrawBriefOut | None
    draws: int

    @classmethod
    def of(cls, found: FoundCampaign) -> Self:
        """Show a campaign."""
        return cls.model_validate(
            _columns(found.row)
            | {
                "in_force": DrawBriefOut.of(found.in_force) if found.in_force else None,
                "under_way": DrawBriefOut.of(found.under_way) if found.under_way else None,
                "draws": found.draw_count,
            }
        )


def _columns(row: Campaign) -> dict[str, Any]:
    return row.model_dump() | {"plan": row.plan_id}


class CampaignListOut(BaseModel):
    """One page of campaigns."""

    items: list[CampaignOut]
    total: int
