"""Rechecks as visits and look-backs on the wire."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from suicha.documents.schemas import DocumentOut
from suicha.rectification.order_schemas import ActOut
from suicha.rectification.portal_schemas import FoundPhotoOut
from suicha.rectification.rules import RecheckKind, RecheckState
from suicha.rectification.schemas import ProblemBriefOut

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class DrawRequest(BaseModel):
    """Why it is drawn again; the first time nothing is asked."""

    reason: Words | None = None


class ReplaceRequest(BaseModel):
    """Who cannot go, and why."""

    inspector: Annotated[str, StringConstraints(max_length=36)]
    reason: Words


class SendRequest(BaseModel):
    """Another day, and the department that comes along (联合复查)."""

    on: date | None = None
    partner: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] | None = None


class LookbackRequest(BaseModel):
    """Which closed problems may be drawn, how many of them, and when they are looked at."""

    first_on: date
    last_on: date
    percent: Annotated[int, Field(ge=1, le=100)]
    on: date
    jurisdiction: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,12}$")] = ""


class PersonOut(BaseModel):
    """Somebody on the roster."""

    id: str
    name: str


class CandidateOut(PersonOut):
    """Somebody who could have been drawn, or why not."""

    excluded: str | None


class TeamDrawOut(BaseModel):
    """One draw of a team, or one replacement; `record` is enough to draw again."""

    n: int
    at: datetime
    reason: str | None
    team: list[PersonOut]
    gone: list[PersonOut]
    record: dict[str, Any]


class OutcomeOut(BaseModel):
    """What was found about a problem."""

    model_config = ConfigDict(from_attributes=True)

    problem_id: str
    result: str
    remark: str
    at: datetime


class RecheckDetailOut(BaseModel):
    """A recheck with its draw, visit, outcomes and papers."""

    id: str
    kind: RecheckKind
    state: RecheckState
    days_left: int
    done_at: datetime | None
    inspection: str
    visit_code: str
    site: str
    enterprise: str
    jurisdiction: str
    scheduled_on: date
    is_uncertain: bool
    partner: str | None
    visit: str | None
    sent_code: str | None
    sent_state: str | None
    problems: list[ProblemBriefOut]
    photos: dict[str, list[FoundPhotoOut]]
    outcomes: list[OutcomeOut]
    draws: list[TeamDrawOut]
    pool: list[CandidateOut]
    documents: list[DocumentOut]
    acts: list[ActOut]
    may_decide: bool


class LookbackOut(BaseModel):
    """A look-back; `record` is enough to draw again."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    jurisdiction: str
    first_on: date
    last_on: date
    percent: int
    pool_size: int
    taken: int
    at: datetime
    scheduled_on: date | None
    record: dict[str, Any]


class LookbackProblemOut(ProblemBriefOut):
    """A problem of the sample, where it is looked at, and what was found; no `result` before that."""

    district: str
    site: str
    enterprise: str
    recheck: str | None
    recheck_state: RecheckState | None
    result: str | None
    outcome_remark: str


class LookbackDetailOut(LookbackOut):
    """A look-back with its problems."""

    by: str | None
    problems: list[LookbackProblemOut]


class LookbackRowOut(LookbackOut):
    """A look-back with how far it is: of what was taken, so many were looked at, and so many had come back."""

    done: int
    not_fixed: int


class LookbackPreviewOut(BaseModel):
    """How many problems could be drawn, and how many a draw would take of each district."""

    pool_size: int
    taken: int
    districts: dict[str, tuple[int, int]]
