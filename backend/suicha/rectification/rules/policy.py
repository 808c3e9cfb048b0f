"""The rules that a bureau sets for what follows an order, as frozen facts; `checklists/policies/rectification.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReminderRule:
    """A reminder so many calendar days after the deadline; before it where negative."""

    kind: str
    days: int


@dataclass(frozen=True)
class Rung:
    """A step of 逾期处理: reached so many working days after the deadline, or by so many rechecks in vain."""

    code: str
    name: str
    working_days: int
    failed_rechecks: int | None
    is_automatic: bool


@dataclass(frozen=True)
class RectificationPolicy:
    """Everything that is set."""

    reminders: tuple[ReminderRule, ...]
    ladder: tuple[Rung, ...]
    most_extension_days: int
    reply_working_days: int
    departments: tuple[str, ...]
    link_days_after_deadline: int
    most_wrong_tries: int
    next_recheck_working_days: int
    lookback_percent: int

    def rung(self, code: str) -> Rung | None:
        """The rung of this code; None when the policy has it no more."""
        return next((rung for rung in self.ladder if rung.code == code), None)


def policy_of(source: Mapping[str, Any]) -> RectificationPolicy:
    """Read the checked file."""
    return RectificationPolicy(
        reminders=tuple(
            sorted((ReminderRule(rule["kind"], rule["days"]) for rule in source["reminders"]), key=lambda r: r.days)
        ),
        ladder=tuple(
            Rung(rung["rung"], rung["name"], rung["working_days"], rung.get("failed_rechecks"), rung["automatic"])
            for rung in source["ladder"]
        ),
        most_extension_days=source["extension"]["most_calendar_days_after_service"],
        reply_working_days=source["referral"]["reply_working_days"],
        departments=tuple(source["referral"]["departments"]),
        link_days_after_deadline=source["link"]["days_after_deadline"],
        most_wrong_tries=source["link"]["most_wrong_tries"],
        next_recheck_working_days=source["after_recheck"]["next_working_days"],
        lookback_percent=source["lookback"]["percent"],
    )
