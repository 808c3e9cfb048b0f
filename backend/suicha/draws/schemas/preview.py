"""What a campaign's numbers would give."""

from dataclasses import asdict
from typing import Self

from pydantic import BaseModel

from suicha.draws.actions.foreseeing import Foreseen
from suicha.draws.schemas.causes import CauseOut


class StratumPlacesOut(BaseModel):
    """How many sites a risk class of a district will give: at least, at most."""

    jurisdiction: str
    risk: str
    sites: int
    basis_points: int
    least: int
    most: int


class DistrictPlacesOut(BaseModel):
    """A district: its sites, how many will be drawn, and the fewest people who may go to one of them."""

    jurisdiction: str
    name: str
    sites: int
    least: int
    most: int
    officers: int
    experts: int


class PreviewOut(BaseModel):
    """Feasible or not, with causes by name; `sites_out` and `inspectors_out` count by reason who stays out."""

    is_feasible: bool
    sites: int
    places: int
    teams: int
    visits_least: int
    visits_most: int
    officers: int
    experts: int
    officers_needed: int
    experts_needed: int
    strata: list[StratumPlacesOut]
    districts: list[DistrictPlacesOut]
    causes: list[CauseOut]
    warnings: list[str]
    sites_out: dict[str, int]
    inspectors_out: dict[str, int]

    @classmethod
    def of(cls, foreseen: Foreseen) -> Self:
        """Show a preview."""
        told = asdict(foreseen.preview)
        return cls.model_validate(
            told
            | {
                "is_feasible": foreseen.preview.is_feasible,
                "warnings": [*foreseen.remarks, *foreseen.preview.warnings],
                "sites_out": foreseen.sites_out,
                "inspectors_out": foreseen.inspectors_out,
            }
        )
