"""Rows of the libraries on the wire."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field

from suicha.registry.queries import Found
from suicha.registry.rules import masked_phone
from suicha.registry.rules.values import is_storable, plain_text


def _storable(text: str) -> str:
    if not is_storable(text) or not text.strip():
        raise ValueError("blank, or with control characters")
    return text.strip()


Reason = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_storable)]
Text = Annotated[str, Field(max_length=1000)] | None
Removed = Literal["no", "yes", "any"]


class RowOut(BaseModel):
    """What the rows of all libraries share. `revision` goes back with every change."""

    id: str
    revision: int
    removed_on: date | None
    removed_because: str | None
    district: str | None

    @classmethod
    def of(cls, row: Found) -> Self:
        """Show one row in full."""
        return cls.model_validate(row)

    @classmethod
    def listed(cls, row: Found) -> Self:
        """Show one row of a list, where nobody needs to call anybody: phone numbers are masked."""
        masked = {name: masked_phone(row[name]) for name in ("phone", "contact_phone") if row.get(name)}
        return cls.model_validate({**row, **masked})


class EnterpriseOut(RowOut):
    """An enterprise; `site_count` counts the sites in the library."""

    uscc: str
    name: str
    jurisdiction: str
    phone: str | None
    address: str | None
    credit_grade: str | None
    site_count: int


class SiteOut(RowOut):
    """A site with who runs it; where the enterprise was removed, the site is in no draw either."""

    code: str
    name: str
    address: str
    jurisdiction: str
    enterprise_id: str
    enterprise_name: str
    enterprise_removed_on: date | None
    uscc: str
    households: int | None
    buildings: int | None
    lifts: int | None
    is_high_rise: bool
    risk_class: str
    lat: str | None
    lon: str | None
    contact_name: str | None
    contact_phone: str | None


class InspectorOut(RowOut):
    """An officer or an expert; whether on leave and certified is told for today."""

    code: str
    kind: str
    name: str
    certificate_no: str | None
    certificate_expires_on: date | None
    home_jurisdiction: str
    employer: str
    account_id: str | None
    is_on_leave: bool
    is_certified: bool


class RecusalOut(RowOut):
    """A person, and the enterprise or the site that the person keeps away from; in force: today."""

    inspector: str
    inspector_id: str
    inspector_name: str
    uscc: str | None
    enterprise_id: str | None
    enterprise_name: str | None
    site_code: str | None
    site_id: str | None
    site_name: str | None
    kind: str
    reason: str
    declared_on: date
    from_on: date | None
    to_on: date | None
    is_in_force: bool


class LeaveOut(RowOut):
    """Days on which a person cannot be sent; in force: today."""

    inspector: str
    inspector_id: str
    inspector_name: str
    from_on: date
    to_on: date
    reason: str | None
    is_in_force: bool


class EnterpriseListOut(BaseModel):
    """One page of enterprises."""

    items: list[EnterpriseOut]
    total: int


class SiteListOut(BaseModel):
    """One page of sites."""

    items: list[SiteOut]
    total: int


class InspectorListOut(BaseModel):
    """One page of inspectors."""

    items: list[InspectorOut]
    total: int


class RecusalListOut(BaseModel):
    """One page of recusals."""

    items: list[RecusalOut]
    total: int


class LeaveListOut(BaseModel):
    """One page of leave."""

    items: list[LeaveOut]
    total: int


class _CellsRequest(BaseModel):
    def cells(self) -> dict[str, str]:
        """What was said, as the cells of a row: a member that is not there is not changed, null takes a value away."""
        said = {name: getattr(self, name) for name in self.model_fields_set if name != "revision"}
        return {name: "" if value is None else plain_text(value) for name, value in said.items()}


class EnterpriseRequest(_CellsRequest):
    """An enterprise as somebody enters it; the server says what is missing or wrong."""

    uscc: Text = None
    name: Text = None
    jurisdiction: Text = None
    phone: Text = None
    address: Text = None
    credit_grade: Text = None


class EnterprisePatch(EnterpriseRequest):
    """What to change, and the revision that the caller saw."""

    revision: int


class SiteRequest(_CellsRequest):
    """A site as somebody enters it; without a code the system gives one."""

    code: Text = None
    name: Text = None
    address: Text = None
    jurisdiction: Text = None
    uscc: Text = None
    households: int | None = None
    buildings: int | None = None
    lifts: int | None = None
    is_high_rise: bool | None = None
    risk_class: Text = None
    lat: Text = None
    lon: Text = None
    contact_name: Text = None
    contact_phone: Text = None


class SitePatch(SiteRequest):
    """What to change, and the revision that the caller saw."""

    revision: int


class InspectorRequest(_CellsRequest):
    """An inspector as somebody enters him; without a code the system gives one."""

    code: Text = None
    kind: Text = None
    name: Text = None
    certificate_no: Text = None
    certificate_expires_on: date | None = None
    home_jurisdiction: Text = None
    employer: Text = None


class InspectorPatch(InspectorRequest):
    """What to change, and the revision that the caller saw."""

    revision: int


class RecusalRequest(_CellsRequest):
    """A recusal; the person by number or certificate, and either the enterprise or the site by its code."""

    inspector: Text = None
    uscc: Text = None
    site_code: Text = None
    kind: Text = None
    reason: Text = None
    declared_on: date | None = None
    from_on: date | None = None
    to_on: date | None = None


class RecusalPatch(RecusalRequest):
    """What to change, and the revision that the caller saw."""

    revision: int


class LeaveRequest(_CellsRequest):
    """Leave of a person, by number or certificate."""

    inspector: Text = None
    from_on: date | None = None
    to_on: date | None = None
    reason: Text = None


class LeavePatch(LeaveRequest):
    """What to change, and the revision that the caller saw."""

    revision: int


class RemoveRequest(BaseModel):
    """Why a row leaves the library, from which day (today where nothing is said)."""

    reason: Reason
    on: date | None = None
    revision: int


class RestoreRequest(BaseModel):
    """Why a removed row comes back."""

    reason: Reason
    revision: int
