"""What a visit starts with: who goes where, and what every phone of the team must hold to work without a network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from suicha.inspections.errors import TeamIncomplete
from suicha.inspections.rules.facts import TeamRole


@dataclass(frozen=True)
class VisitPlan:
    """One visit to one site on one day; `campaign` is the name of the round."""

    id: str
    code: str
    campaign: str
    site_id: str
    team_no: int
    planned_on: date
    campaign_id: str | None = None
    approval_id: str | None = None
    kind: str = "inspection"
    origin_id: str | None = None


@dataclass(frozen=True)
class Posted:
    """A person posted to a visit with a part in it."""

    account_id: str
    role: TeamRole


@dataclass(frozen=True)
class TeamMember:
    """A member as the phones of the team see him."""

    grant: str
    account: str
    name: str
    role: str
    certificate_no: str | None
    certificate_expires_on: date | None = None
    employer: str | None = None


@dataclass(frozen=True)
class EarlierProblem:
    """What an earlier visit found at the site; `site` is its id."""

    code: str
    item: str
    title: str
    severity: str | None
    found_on: date
    due_on: date | None
    state: str
    site: str


def checked_team(team: Sequence[Posted]) -> Sequence[Posted]:
    """The team if it may inspect: one leader, at least one more officer, nobody twice; else TeamIncomplete."""
    roles = [member.role for member in team]
    is_unique = len({member.account_id for member in team}) == len(team)
    if not is_unique or roles.count(TeamRole.LEADER) != 1 or TeamRole.OFFICER not in roles:
        raise TeamIncomplete
    return team


def dispatched_body(
    plan: VisitPlan,
    team: Iterable[TeamMember],
    *,
    site: Mapping[str, Any],
    enterprise: Mapping[str, Any],
    edition: Mapping[str, str],
    texts: Mapping[str, str],
    earlier_problems: Iterable[EarlierProblem],
    papers: Mapping[str, Any],
) -> dict[str, Any]:
    """The body of `inspection.dispatched` (docs/sync-protocol.md, 0.3); `papers` are approval and notice, if any."""
    visit = {
        "id": plan.id,
        "code": plan.code,
        "planned_on": plan.planned_on,
        "campaign": plan.campaign,
        "team_no": plan.team_no,
    }
    return {
        "inspection": _plain(visit),
        "site": _plain(site),
        "enterprise": _plain(enterprise),
        "edition": dict(edition),
        "team": [_plain(asdict(member)) for member in team],
        "earlier_problems": [_plain(asdict(problem)) for problem in earlier_problems],
        "texts": dict(texts),
        **papers,
    }


def grant_body(scope: str, grant: str, account: str, role: str) -> dict[str, Any]:
    """The body of `grant.added` and `grant.revoked`, in the visit's feed as in the person's."""
    return {"scope": scope, "grant": grant, "account": account, "role": role}


def newcomer_body(scope: str, member: TeamMember) -> dict[str, Any]:
    """`grant.added` for somebody who was not in the team at dispatch: phones learn here who that is."""
    who = {"name": member.name, "certificate_no": member.certificate_no}
    return grant_body(scope, member.grant, member.account, member.role) | who


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
