"""考核排名 on the wire. Points are decimals as text, as everywhere."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict

from suicha.board.queries.ranking import Ranking
from suicha.board.rules.ranking import DistrictRanking, Placed
from suicha.checklists.rules.scoring import points_text


class ScoredCampaignOut(BaseModel):
    """A campaign that can be ranked, with the visits that the caller may see."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    visits: int
    sealed: int


class ScoredCampaignListOut(BaseModel):
    """The newest first."""

    items: list[ScoredCampaignOut]


class RankedDimensionOut(BaseModel):
    """One dimension: its group's code and name, and what it is worth."""

    code: str
    name: str
    max: str


class RankedSiteOut(BaseModel):
    """One site with its place; `points` are in the order of the dimensions, `n` is the manifest that counts."""

    inspection: str
    code: str
    site: str
    enterprise: str
    rank: int
    is_first: bool
    is_last: bool
    total: str
    grade: str
    points: list[str]
    sealed_at: datetime
    n: int

    @classmethod
    def of(cls, placed: Placed, decimals: int) -> Self:
        """From the rules' facts."""
        one = placed.of
        return cls(
            inspection=one.inspection,
            code=one.code,
            site=one.site,
            enterprise=one.enterprise,
            rank=placed.rank,
            is_first=placed.is_first,
            is_last=placed.is_last,
            total=shown(one.marks.total, decimals),
            grade=one.marks.grade,
            points=[shown(dimension.points, decimals) for dimension in one.marks.dimensions],
            sealed_at=one.sealed_at,
            n=one.n,
        )


class RankedDistrictOut(BaseModel):
    """One district from the best to the worst; `waiting` visits are not sealed or not checked yet."""

    jurisdiction: str
    name: str
    waiting: int
    sites: list[RankedSiteOut]

    @classmethod
    def of(cls, district: DistrictRanking, decimals: int) -> Self:
        """From the rules' facts."""
        sites = [RankedSiteOut.of(one, decimals) for one in district.sites]
        return cls(jurisdiction=district.jurisdiction, name=district.name, waiting=district.waiting, sites=sites)


class RankingOut(BaseModel):
    """The ranking of a campaign; `weights` says whether an authority published the points or they are `reference`."""

    campaign: str
    name: str
    edition: str
    weights: str
    full: str
    dimensions: list[RankedDimensionOut]
    counted: int
    waiting: int
    districts: list[RankedDistrictOut]

    @classmethod
    def of(cls, ranking: Ranking) -> Self:
        """From what the query found; the edition has points, or there would be no ranking."""
        scoring, names = ranking.edition.scoring, dict(ranking.edition.groups)
        if scoring is None:
            raise ValueError("an edition without points has no ranking")
        return cls(
            campaign=ranking.campaign.id,
            name=ranking.campaign.name,
            edition=ranking.edition.name,
            weights=scoring.weights,
            full=points_text(scoring.full),
            dimensions=[
                RankedDimensionOut(code=one.group, name=names[one.group], max=points_text(one.max))
                for one in scoring.dimensions
            ],
            counted=sum(len(district.sites) for district in ranking.districts),
            waiting=sum(district.waiting for district in ranking.districts),
            districts=[RankedDistrictOut.of(district, scoring.decimals) for district in ranking.districts],
        )


def shown(value: Decimal, decimals: int) -> str:
    """With as many decimals as the edition rounds to, so that columns line up."""
    return f"{value:.{decimals}f}"
