"""What the office and the officials send."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from suicha.draws.rules.campaign import CampaignKind, CampaignSettings, Cross, Ratio

_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
_SOME_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=_ONE_LINE)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=_SOME_LINES)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=_SOME_LINES)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")]
# A code, or "" for everything: what an account without a limit has.
Scope = Annotated[str, StringConstraints(pattern=r"^([0-9]{2,12})?$")]
Year = Annotated[int, Field(ge=2000, le=2100)]
Points = Annotated[int, Field(ge=0, le=10_000)]
Risk = Annotated[str, StringConstraints(pattern=r"^[A-D]$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class CreatePlanRequest(BaseModel):
    """A year plan; `jurisdiction` is the code that holds all its campaigns, "" for all codes."""

    year: Year
    jurisdiction: Scope
    name: Line
    document_number: Line | None = None


class ChangePlanRequest(BaseModel):
    """The plan as it should be; `revision` is the one that was read."""

    year: Year
    name: Line
    document_number: Line | None = None
    revision: int


class RatioPart(BaseModel):
    """抽查比例 of a risk class in one jurisdiction, in hundredths of a percent."""

    jurisdiction: Code
    risk: Risk
    basis_points: Points


class CampaignPart(BaseModel):
    """Everything that a campaign decides before its draw; `ratios` by risk class, in hundredths of a percent."""

    name: Line
    short_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]
    kind: CampaignKind = CampaignKind.UNTARGETED
    matters: Paragraph = ""
    target_scope: Paragraph = ""
    frequency: Line = ""
    from_on: Day
    until_on: Day
    edition_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    jurisdictions: Annotated[list[Code], Field(max_length=500)]
    cross: Cross = Cross.OFF
    authority: Line | None = None
    officers: Annotated[int, Field(ge=1, le=9)] = 2
    experts: Annotated[int, Field(ge=0, le=9)] = 1
    teams: Annotated[int, Field(ge=1, le=100_000)] | None = None
    most_visits: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    ratios: dict[Risk, Points]
    overrides: Annotated[list[RatioPart], Field(max_length=2000)] = []
    exclude_checked_within_months: Annotated[int, Field(ge=0, le=120)] | None = None
    yearly_limit: Annotated[int, Field(ge=0, le=1000)] | None = None
    lead_department: Line = ""
    departments: Annotated[list[Line], Field(max_length=50)] = []

    def settings(self) -> CampaignSettings:
        """The same as facts for the rules."""
        told = {name: getattr(self, name) for name in CampaignPart.model_fields}
        return CampaignSettings(
            **told
            | {
                "jurisdictions": tuple(self.jurisdictions),
                "overrides": tuple(Ratio(**ratio.model_dump()) for ratio in self.overrides),
                "departments": tuple(text for text in self.departments if text),
            }
        )


class CreateCampaignRequest(CampaignPart):
    """A campaign under a plan."""

    plan: Annotated[str, StringConstraints(max_length=36)]


class ChangeCampaignRequest(CampaignPart):
    """The campaign as it should be; `revision` is the one that was read."""

    revision: int


class PreviewRequest(BaseModel):
    """Settings that are not saved yet; without them the campaign as it is stored is looked at."""

    settings: CampaignPart | None = None


class FreezeRequest(BaseModel):
    """`reason` is needed where a sealed draw is to be superseded."""

    reason: Reason | None = None


class CommitRequest(BaseModel):
    """A commitment, and the name under which it was made (`you.label` of the draw)."""

    commitment: Annotated[str, StringConstraints(max_length=100)]
    official: Annotated[str, StringConstraints(max_length=200)] | None = None


class ValueRequest(BaseModel):
    """The public value as one person read it."""

    source: Annotated[str, StringConstraints(max_length=500)]
    value: Annotated[str, StringConstraints(max_length=500)]


class RevealRequest(BaseModel):
    """The secret, as the device kept it or as typed from paper."""

    secret: Annotated[str, StringConstraints(max_length=200)]


class UnrevealedRequest(BaseModel):
    """Who did not reveal, as named in the draw."""

    official: Annotated[str, StringConstraints(max_length=200)]
    reason: Reason


class VoidRequest(BaseModel):
    """Why the draw is called off."""

    reason: Reason


class ReplacementRequest(BaseModel):
    """The place that somebody leaves, and why; the reason becomes public."""

    team: Annotated[int, Field(ge=1, le=100_000)]
    kind: Annotated[str, StringConstraints(pattern=r"^(officer|expert)$")]
    seat: Annotated[int, Field(ge=1, le=9)]
    why: Reason
