"""Naming another leader on the wire."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

from suicha.inspections.leaders import Candidate


class LeaderCandidateOut(BaseModel):
    """Somebody who may lead the visit; those of the team come first."""

    model_config = ConfigDict(from_attributes=True)

    account: str
    name: str
    certificate_no: str | None
    is_member: bool


class LeaderCandidateListOut(BaseModel):
    """All of them."""

    items: list[LeaderCandidateOut]

    @classmethod
    def of(cls, found: Iterable[Candidate]) -> Self:
        """Show candidates."""
        return cls(items=[LeaderCandidateOut.model_validate(one) for one in found])


class ReplaceLeaderRequest(BaseModel):
    """Who leads the visit from now on, and why somebody else does not."""

    account: Annotated[str, StringConstraints(min_length=36, max_length=36)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
