"""The days of a problem once its order is served, and what may be done about them.

A term runs from the service of the order, the day of service not counted; one that ends on a day off ends on the next
working day (民事诉讼法 art. 85). A day that the leader set in the record stands for itself.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from suicha.kit.workdays import Calendar, Day, TermUnit, deadline, working_days_between
from suicha.rectification.errors import (
    DayBeforeService,
    ExtensionTooLong,
    ExtensionTooShort,
    ServiceIncomplete,
    ServiceTooEarly,
    ServiceTooLate,
)
from suicha.rectification.rules.policy import RectificationPolicy, ReminderRule, Rung


class ServiceWay(StrEnum):
    """直接送达, 留置送达, 邮寄送达, 电子送达, 公告送达."""

    DIRECT = "direct"
    LEFT = "left"
    MAIL = "mail"
    ELECTRONIC = "electronic"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True)
class Service:
    """How an order reached the enterprise."""

    on: date
    how: ServiceWay
    recipient: str | None = None
    witness: str | None = None
    note: str | None = None


def check_service(service: Service, *, issued_on: date, today: date) -> None:
    """Refuse what cannot be: a day before the order was issued or after today, or a way without what it needs.

    Leaving an order needs a witness or a note on how it was recorded (民事诉讼法 art. 89); sending it electronically
    needs the recipient's consent on file (行政处罚法 art. 61).
    """
    if service.on < issued_on:
        raise ServiceTooEarly(f"通知书于 {issued_on} 制发，送达日期不能早于这一天", issued_on=issued_on.isoformat())
    if service.on > today:
        raise ServiceTooLate
    needed = {
        ServiceWay.DIRECT: ("受送达人", service.recipient),
        ServiceWay.LEFT: ("见证人或留置情况说明", service.witness or service.note),
        ServiceWay.MAIL: ("邮件编号或签收情况", service.note),
        ServiceWay.ELECTRONIC: ("对方同意电子送达的确认情况", service.note),
        ServiceWay.ANNOUNCEMENT: ("公告情况", service.note),
    }
    what, given = needed[service.how]
    if not given:
        raise ServiceIncomplete(f"请填写{what}", missing=what)


def due_after_service(term: tuple[int, TermUnit] | None, due_on: date, served_on: date, calendar: Calendar) -> Day:
    """The deadline of a problem whose order was served; raises DayBeforeService where a set day has passed."""
    if term is not None:
        return deadline(served_on, term[0], term[1], calendar)
    if due_on <= served_on:
        raise DayBeforeService(f"记录中指定的期限 {due_on} 不晚于送达日期，请先更正期限", due_on=due_on.isoformat())
    return Day(due_on, is_uncertain=False)


def check_extension(wanted_on: date, *, due_on: date, served_on: date, today: date, most_days: int) -> None:
    """Refuse a day that is no extension or a longer one than the policy allows."""
    if wanted_on <= max(due_on, today):
        raise ExtensionTooShort(f"延期日期须晚于现在的期限 {due_on} 和今天", due_on=due_on.isoformat())
    latest = served_on + timedelta(days=most_days)
    if wanted_on > latest:
        raise ExtensionTooLong(f"最晚可延期至 {latest}", latest_on=latest.isoformat())


def reminders_come(due_on: date, today: date, policy: RectificationPolicy) -> list[ReminderRule]:
    """The reminders whose day has come, the first first. Only the last of them still says something that is true."""
    return [rule for rule in policy.reminders if due_on + timedelta(days=rule.days) <= today]


def rungs_reached(
    due_on: date, today: date, failed_rechecks: int, policy: RectificationPolicy, calendar: Calendar
) -> list[Rung]:
    """The rungs that an open problem has reached, in the order of the ladder."""
    late = working_days_between(due_on, today, calendar) if today > due_on else 0
    return [
        rung
        for rung in policy.ladder
        if late >= rung.working_days or (rung.failed_rechecks is not None and failed_rechecks >= rung.failed_rechecks)
    ]
