"""Credit on the wire, for the office and for everybody."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from suicha.credit.queries import Listed
from suicha.credit.rules.policy import CreditRules
from suicha.credit.rules.states import Act, EntryState, acts_in
from suicha.credit.tables import Entry, Round, Score, Step

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CreditProposeRequest(BaseModel):
    """A bad record that a person proposes: what happened, and where that is written down."""

    enterprise: Annotated[str, StringConstraints(max_length=36)]
    reason: Words
    evidence: Words


class CreditApproveRequest(BaseModel):
    """The digest of the facts that were looked at."""

    seen: Digest


class CreditReasonRequest(BaseModel):
    """Why."""

    reason: Words


class CreditObjectRequest(BaseModel):
    """What the enterprise says, and the day on which it was received."""

    on: date
    text: Words


class CreditDecideRequest(BaseModel):
    """Whether what was asked is granted, with the answer."""

    is_granted: bool
    answer: Words


class CreditComputeRequest(BaseModel):
    """A list (or `grade`) and a period like 2026-10, 2026Q4 or 2026."""

    list: Annotated[str, StringConstraints(max_length=30)]
    period: Annotated[str, StringConstraints(max_length=10)]


class CreditSideOut(BaseModel):
    """Where an enterprise may stand."""

    side: str
    name: str
    is_good: bool


class CreditListOut(BaseModel):
    """A list of this bureau."""

    code: str
    name: str
    period: str
    is_public: bool
    sides: list[CreditSideOut]
    streaks: list[CreditSideOut]


class CreditEntryOut(BaseModel):
    """An entry in a list."""

    id: str
    kind: str
    kind_name: str
    side: str
    side_name: str
    is_good: bool
    period: str | None
    enterprise: str
    enterprise_name: str
    uscc: str
    jurisdiction: str
    state: EntryState
    tenths: int | None
    proposed_at: datetime
    effective_on: date | None
    ends_on: date | None

    @classmethod
    def of(cls, found: Listed, rules: CreditRules) -> Self:
        """Show one."""
        return cls(**_members(found, rules))


def _members(found: Listed, rules: CreditRules) -> dict[str, Any]:
    row = found.row
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_name": rules.name_of(row.kind),
        "side": row.side,
        "side_name": rules.side_of(row.kind, row.side).name,
        "is_good": row.is_good,
        "period": row.period,
        "enterprise": row.enterprise_id,
        "enterprise_name": found.enterprise,
        "uscc": found.uscc,
        "jurisdiction": row.jurisdiction,
        "state": EntryState(row.state),
        "tenths": row.facts.get("tenths"),
        "proposed_at": row.proposed_at,
        "effective_on": row.effective_on,
        "ends_on": row.ends_on,
    }


class CreditEntriesOut(BaseModel):
    """One page of entries, and the numbers above it."""

    items: list[CreditEntryOut]
    total: int
    counts: dict[str, int]


class CreditStepOut(BaseModel):
    """One act; `by` null is the system."""

    act: str
    at: datetime
    by: str | None
    text: str | None

    @classmethod
    def of(cls, row: Step, name: str | None) -> Self:
        """Show one."""
        return cls(act=row.act, at=row.at, by=name, text=row.text)


class CreditEntryDetailOut(CreditEntryOut):
    """An entry with its arithmetic, what it changed, its history, and what the caller may do now."""

    facts: dict[str, Any]
    digest: str
    objection_until: date | None
    changed: list[list[str | None]]
    is_own_proposal: bool
    acts: list[Act]
    steps: list[CreditStepOut]

    @classmethod
    def whole(
        cls,
        found: Listed,
        rules: CreditRules,
        history: list[CreditStepOut],
        *,
        caller: str,
        objection_until: date | None,
    ) -> Self:
        """Show one whole."""
        row: Entry = found.row
        return cls(
            **_members(found, rules),
            facts=row.facts,
            digest=row.digest,
            objection_until=objection_until,
            changed=row.changed,
            is_own_proposal=row.proposed_by == caller,
            acts=acts_in(row.state),
            steps=history,
        )


class CreditRoundOut(BaseModel):
    """A list for a period."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    list_code: str
    period: str
    first_on: date
    last_on: date
    computed_at: datetime
    is_final: bool


class CreditScoreOut(BaseModel):
    """One enterprise in a round, with the arithmetic."""

    enterprise: str
    enterprise_name: str
    uscc: str
    jurisdiction: str
    visits: int
    tenths: int
    place: int
    of: int
    facts: dict[str, Any]

    @classmethod
    def shown(cls, row: Score, name: str, uscc: str) -> Self:
        """Show one."""
        return cls(
            enterprise=row.enterprise_id,
            enterprise_name=name,
            uscc=uscc,
            jurisdiction=row.jurisdiction,
            visits=row.visits,
            tenths=row.tenths,
            place=row.place,
            of=row.of,
            facts=row.facts,
        )


class CreditRoundDetailOut(BaseModel):
    """A round with everybody's score."""

    round: CreditRoundOut
    name: str
    scores: list[CreditScoreOut]


class CreditOut(BaseModel):
    """What there is: lists, rounds, numbers, and the latest periods that may be computed."""

    lists: list[CreditListOut]
    rounds: list[CreditRoundOut]
    counts: dict[str, int]
    current: dict[str, str]
    objection_working_days: int
    repair_earliest_months: int

    @classmethod
    def of(cls, rules: CreditRules, rows: list[Round], counts: dict[str, int], current: dict[str, str]) -> Self:
        """Show it."""
        lists = [
            CreditListOut(
                code=one.code,
                name=one.name,
                period=one.period.value,
                is_public=one.is_public,
                sides=[CreditSideOut(side=side.side, name=side.name, is_good=side.is_good) for side in one.sides],
                streaks=[CreditSideOut(side=s.code, name=s.name, is_good=False) for s in one.streaks],
            )
            for one in rules.lists
        ]
        return cls(
            lists=lists,
            rounds=[CreditRoundOut.model_validate(row) for row in rows],
            counts=counts,
            current=current,
            objection_working_days=rules.objection_working_days,
            repair_earliest_months=rules.repair_earliest_months,
        )


class CreditImportedOut(BaseModel):
    """How many grades of a file wait for approval now."""

    proposed: int


class PublicCreditOut(BaseModel):
    """An entry that everybody may see."""

    list: str
    side: str
    is_good: bool
    period: str | None
    enterprise: str
    uscc: str
    effective_on: date
    ends_on: date

    @classmethod
    def of(cls, found: Listed, rules: CreditRules) -> Self:
        """Show one."""
        row = found.row
        return cls(
            list=rules.name_of(row.kind),
            side=rules.side_of(row.kind, row.side).name,
            is_good=row.is_good,
            period=row.period,
            enterprise=found.enterprise,
            uscc=found.uscc,
            effective_on=row.effective_on or date.min,
            ends_on=row.ends_on or date.max,
        )


class PublicCreditsOut(BaseModel):
    """One page of public entries."""

    items: list[PublicCreditOut]
    total: int
    page: int
    size: int
    lists: Annotated[dict[str, str], Field(description="code of each public list, and what it is called")]
