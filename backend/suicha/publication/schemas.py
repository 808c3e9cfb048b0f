"""Publications on the wire, for the office and for everybody."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from suicha.publication.queries import Queued
from suicha.publication.rules.states import Act, PublicationState
from suicha.publication.tables import Publication, Revision

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class EditRequest(BaseModel):
    """Categories (null: as proposed) and the wording of remarks by item."""

    categories: Annotated[list[str], Field(max_length=20)] | None = None
    texts: dict[str, Annotated[str, StringConstraints(max_length=4000)]] = Field(default_factory=dict)


class PublishRequest(BaseModel):
    """The digest of the draft that was looked at; a correction says why."""

    seen: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    reason: Words | None = None


class PublishManyRequest(BaseModel):
    """Several at once, each as it stands."""

    ids: Annotated[list[Annotated[str, StringConstraints(max_length=36)]], Field(min_length=1, max_length=100)]


class WithdrawRequest(BaseModel):
    """Why."""

    reason: Words


class QueuedOut(BaseModel):
    """A publication in the office's list."""

    id: str
    inspection: str
    visit_code: str
    campaign: str
    site: str
    enterprise: str
    jurisdiction: str
    state: PublicationState
    due_on: date
    is_due_uncertain: bool
    days_left: int
    revision: int
    published_on: date | None
    categories: list[str]

    @classmethod
    def of(cls, found: Queued, *, today: date) -> Self:
        """Show one."""
        row = found.row
        return cls(
            id=row.id,
            inspection=row.inspection_id,
            visit_code=found.visit_code,
            campaign=found.campaign,
            site=found.site,
            enterprise=found.enterprise,
            jurisdiction=row.jurisdiction,
            state=PublicationState(row.state),
            due_on=row.due_on,
            is_due_uncertain=row.is_due_uncertain,
            days_left=(row.due_on - today).days,
            revision=row.revision,
            published_on=row.published_on,
            categories=row.categories,
        )


class QueueOut(BaseModel):
    """One page of the list, and the numbers above it."""

    items: list[QueuedOut]
    total: int
    counts: dict[str, int]


class RevisionOut(BaseModel):
    """One revision; `text` is the exact canonical text, so that its digest can be checked anywhere."""

    model_config = ConfigDict(from_attributes=True)

    n: int
    act: Act
    at: datetime
    reason: str | None
    sha256: str | None
    text: str | None


class PublicationOut(BaseModel):
    """A publication as the office works on it: what would be published, beside what was."""

    id: str
    inspection: str
    state: PublicationState
    due_on: date
    is_due_uncertain: bool
    revision: int
    draft: dict[str, Any]
    draft_sha256: str
    is_changed: bool
    original: dict[str, str]
    categories: dict[str, str]
    chosen: list[str] | None
    edited: dict[str, str]
    withdrawn_because: str | None
    revisions: list[RevisionOut]


class PublicResultOut(BaseModel):
    """A result in the public list."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    code: str
    campaign: str
    site: str
    enterprise: str
    uscc: str
    district: str
    inspected_on: date
    published_on: date
    categories: list[str]
    finding_count: int
    revision: int

    @classmethod
    def of(cls, row: Publication, labels: dict[str, str]) -> Self:
        """Show one, with its categories in words."""
        shown = cls.model_validate(row)
        shown.categories = [labels.get(code, code) for code in row.categories]
        return shown


class PublicResultsOut(BaseModel):
    """One page of results."""

    items: list[PublicResultOut]
    total: int
    page: int
    size: int


class PublicResultDetailOut(BaseModel):
    """A result with everything that was published and taken back. `current` is null while it is withdrawn."""

    id: str
    state: PublicationState
    current: dict[str, Any] | None
    text: str | None
    sha256: str | None
    revision: int
    withdrawn_because: str | None
    revisions: list[RevisionOut]


class FacetsOut(BaseModel):
    """What results can be narrowed to."""

    districts: list[str]
    campaigns: list[str]
    categories: dict[str, str]


def revision_out(row: Revision, *, is_withdrawn: bool) -> RevisionOut:
    """What the public sees of a revision: of something withdrawn that it was there, and not what it said."""
    shown = RevisionOut.model_validate(row)
    if is_withdrawn:
        shown.text = None
    return shown
