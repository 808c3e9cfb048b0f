"""What must have happened before a team may go: a day, an approval by a second person, word to the enterprise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from suicha.inspections.errors import ApprovalMissing, ApprovalOwn, ApprovalSettled, DayRefused, NoticeMissing
from suicha.inspections.rules.facts import TeamRole
from suicha.kit.workdays import Calendar

VISITS_PER_DAY = 2


class Delivery(StrEnum):
    """送达方式: 直接送达, 邮寄送达, 电子送达, 电话告知."""

    IN_PERSON = "in_person"
    MAIL = "mail"
    ELECTRONIC = "electronic"
    TELEPHONE = "telephone"


class ApprovalState(StrEnum):
    """未申请, 待批准, 已批准."""

    NONE = "none"
    PENDING = "pending"
    APPROVED = "approved"


class NoticeState(StrEnum):
    """未生成, 已生成未送达, 已送达, 不予事先通知."""

    NONE = "none"
    MADE = "made"
    SENT = "sent"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Readiness:
    """How far one planned visit is."""

    visit: str
    approval: ApprovalState
    is_urgent: bool
    notice: NoticeState
    is_dispatched: bool

    @property
    def may_be_noticed(self) -> bool:
        """An enterprise is told of a visit that was approved, or that is urgent."""
        return self.approval is ApprovalState.APPROVED or self.is_urgent

    @property
    def is_told(self) -> bool:
        """The enterprise was told, or somebody wrote down why not."""
        return self.notice in (NoticeState.SENT, NoticeState.WITHHELD)

    @property
    def is_ready(self) -> bool:
        """The team may be sent."""
        return not self.is_dispatched and self.may_be_noticed and self.is_told


class DispatchStep(StrEnum):
    """What a planned visit waits for: 待申请审批, 待批准, 待通知, 待派发, 已派发."""

    APPROVAL = "approval"
    DECISION = "decision"
    NOTICE = "notice"
    DISPATCH = "dispatch"
    DISPATCHED = "dispatched"


def step_of(visit: Readiness) -> DispatchStep:
    """The first step that is missing."""
    if visit.is_dispatched:
        return DispatchStep.DISPATCHED
    if visit.approval is ApprovalState.NONE:
        return DispatchStep.APPROVAL
    if not visit.may_be_noticed:
        return DispatchStep.DECISION
    return DispatchStep.DISPATCH if visit.is_told else DispatchStep.NOTICE


def ready_visits(visits: Iterable[Readiness]) -> list[str]:
    """Those that may be sent now; where none is, raises ApprovalMissing or NoticeMissing for those that wait."""
    waiting = [visit for visit in visits if not visit.is_dispatched]
    ready = [visit.visit for visit in waiting if visit.is_ready]
    if ready or not waiting:
        return ready
    unapproved = sum(not visit.may_be_noticed for visit in waiting)
    if unapproved:
        raise ApprovalMissing(f"还有 {unapproved} 次检查没有批准", visits=unapproved)
    raise NoticeMissing(f"还有 {len(waiting)} 次检查没有通知企业", visits=len(waiting))


def check_may_approve(*, requested_by: str, by: str, is_settled: bool) -> None:
    """Raises ApprovalSettled or ApprovalOwn."""
    if is_settled:
        raise ApprovalSettled
    if requested_by == by:
        raise ApprovalOwn


def checked_day(on: date, *, start: date, until: date, calendar: Calendar) -> date:
    """The day if a visit may be moved to it; raises DayRefused, which says why not."""
    if not start <= on <= until:
        raise DayRefused(f"须在 {start.isoformat()} 至 {until.isoformat()} 之间")
    if not calendar.is_workday(on):
        raise DayRefused(f"{on.isoformat()} 不是工作日")
    return on


def approval_news(number: str, *, approved_at: str | None, is_urgent: bool) -> dict[str, Any]:
    """What a phone is told of an approval: at dispatch, or by `inspection.approved` when it comes later."""
    return {"number": number, "approved_at": approved_at, "is_urgent": is_urgent}


def notice_news(*, number: str | None, sent_at: str | None, how: str | None, withheld: str | None) -> dict[str, Any]:
    """What a phone is told of a notice: at dispatch, or by `inspection.notified` when it is served later."""
    return {"number": number, "sent_at": sent_at, "how": how, "withheld": withheld}


@dataclass(frozen=True)
class Change:
    """One step that brings a visit's grants in line with its team: `role` is None for somebody who leaves."""

    account: str
    role: TeamRole | None


def team_changes(granted: Mapping[str, str], wanted: Mapping[str, TeamRole]) -> list[Change]:
    """Who leaves and who comes, those who leave first; somebody whose role changes does both."""
    leaving = [account for account, role in granted.items() if wanted.get(account) != role]
    coming = [account for account, role in wanted.items() if granted.get(account) != role.value]
    return [Change(account, None) for account in sorted(leaving)] + [
        Change(account, wanted[account]) for account in coming
    ]
