"""What everybody may know of a draw: no inspector's name, no draft."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from suicha.draws.rules.ceremony import DrawKind, DrawState
from suicha.draws.tables import Draw


class PublicDrawOut(BaseModel):
    """A draw for everybody. `reason` says why it was held, or, of a void one, why it has no result."""

    id: str
    campaign: str
    number: int
    kind: DrawKind
    state: DrawState
    pool_digest: str
    digest: str | None
    frozen_at: datetime
    sealed_at: datetime | None
    voided_at: datetime | None
    superseded_at: datetime | None
    superseded_by: str | None
    reason: str | None
    unrevealed: str | None
    sites: int
    drawn: int | None
    teams: int | None

    @classmethod
    def of(cls, row: Draw) -> Self:
        """Show a draw to everybody."""
        return cls.model_validate(
            row.model_dump()
            | {
                "campaign": row.campaign_name,
                "reason": row.void_reason if row.state == DrawState.VOID else row.reason,
                "unrevealed": row.unrevealed_name,
                "sites": row.site_count,
                "drawn": row.drawn_count,
                "teams": row.team_count,
            }
        )


class PublicDrawListOut(BaseModel):
    """One page of draws, newest first."""

    items: list[PublicDrawOut]
    total: int
