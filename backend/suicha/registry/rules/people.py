"""Who may be sent where: certificates, leave, recusal, teams."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_OFFICERS_AT_LEAST = 2


class InspectorKind(StrEnum):
    """执法人员 inspect; 行业专家 assist and never decide."""

    OFFICER = "officer"
    EXPERT = "expert"


class RecusalKind(StrEnum):
    """Why somebody keeps away: works or worked there, a relative does, or he says so himself."""

    EMPLOYER = "employer"
    RELATIVE = "relative"
    SELF_DECLARED = "self_declared"


@dataclass(frozen=True)
class Period:
    """Days from and to, both included; an end that is None is open."""

    from_on: date | None
    to_on: date | None

    def touches(self, on: date, until: date) -> bool:
        """True when some day of [on, until] lies in the period."""
        return (self.from_on is None or self.from_on <= until) and (self.to_on is None or self.to_on >= on)


@dataclass(frozen=True)
class InspectorFacts:
    """What decides whether somebody may be sent to a site; recusals are those in force on the day asked about."""

    id: str
    kind: InspectorKind
    home_jurisdiction: str
    certificate_expires_on: date | None
    recused_enterprise_ids: frozenset[str]
    recused_site_ids: frozenset[str]
    leaves: tuple[Period, ...] = ()
    removed_on: date | None = None


def has_valid_certificate(inspector: InspectorFacts, *, on: date) -> bool:
    """Officers need a certificate that has not run out (行政检查 by certified staff only); experts need none."""
    return is_certified(inspector.kind, inspector.certificate_expires_on, until=on)


def is_certified(kind: InspectorKind, expires_on: date | None, *, until: date) -> bool:
    """True for an expert, and for an officer whose certificate holds through that day."""
    return kind is InspectorKind.EXPERT or (expires_on is not None and expires_on >= until)


def is_on_leave(inspector: InspectorFacts, *, on: date) -> bool:
    """请假: some period of leave holds that day."""
    return any(leave.touches(on, on) for leave in inspector.leaves)


def is_recused(inspector: InspectorFacts, *, enterprise_id: str, site_id: str) -> bool:
    """回避: an interest in the enterprise or the site has been declared."""
    return enterprise_id in inspector.recused_enterprise_ids or site_id in inspector.recused_site_ids


def may_be_sent(
    inspector: InspectorFacts, *, enterprise_id: str, site_id: str, jurisdiction: str, on: date, is_cross_district: bool
) -> bool:
    """True when nothing bars this person from this site on that day."""
    if inspector.removed_on is not None or is_on_leave(inspector, on=on):
        return False
    if not has_valid_certificate(inspector, on=on):
        return False
    if is_recused(inspector, enterprise_id=enterprise_id, site_id=site_id):
        return False
    return not is_cross_district or inspector.home_jurisdiction != jurisdiction


def is_full_team(kinds: Iterable[InspectorKind]) -> bool:
    """At least two officers, and an expert to assist (two officers at least: 行政处罚法 art. 42)."""
    present = list(kinds)
    return present.count(InspectorKind.OFFICER) >= _OFFICERS_AT_LEAST and InspectorKind.EXPERT in present
