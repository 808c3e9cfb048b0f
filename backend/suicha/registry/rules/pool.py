"""What a draw is made from: sites, people and recusals as they stand for a period. Removed rows are not in it."""

from dataclasses import dataclass
from enum import StrEnum

from suicha.registry.rules.people import InspectorKind


class RiskClass(StrEnum):
    """信用风险分类 of a site: how often it is drawn. Not the industry's grade of its enterprise."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True)
class SiteFacts:
    """A site that may be drawn, with who runs it."""

    id: str
    code: str
    name: str
    jurisdiction: str
    enterprise_id: str
    enterprise_name: str
    uscc: str
    risk_class: str


@dataclass(frozen=True)
class PersonFacts:
    """Somebody who may be drawn.

    `is_on_leave`: on leave on some day of the period. `has_valid_certificate`: valid through its last day.
    """

    id: str
    code: str
    kind: InspectorKind
    name: str
    certificate_no: str | None
    home_jurisdiction: str
    account_id: str | None
    is_on_leave: bool
    has_valid_certificate: bool


@dataclass(frozen=True)
class RecusalFacts:
    """A recusal that is in force on some day of the period, from an enterprise or from a site."""

    inspector_id: str
    enterprise_id: str | None
    site_id: str | None


@dataclass(frozen=True)
class PoolFacts:
    """The pool, each list in the order of its codes."""

    sites: list[SiteFacts]
    inspectors: list[PersonFacts]
    recusals: list[RecusalFacts]
