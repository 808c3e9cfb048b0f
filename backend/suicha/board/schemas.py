"""The lists and numbers of the desk on the wire."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from suicha.board.rules.days import CalendarDay, DayKind
from suicha.board.rules.decisions import DecisionKind
from suicha.board.rules.progress import Board, CampaignFacts
from suicha.board.rules.teams import Team, TeamChoice
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.rules.record import Device
from suicha.registry.tables import Jurisdiction


class _FromFacts(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class VisitRowOut(BaseModel):
    """One visit in the list."""

    id: str
    code: str
    campaign: str
    site: str
    enterprise: str
    district: str
    jurisdiction: str
    risk_class: str
    team_no: int
    leader: str | None
    planned_on: date
    state: VisitState
    answered: int
    items_total: int
    failed: int
    conflicts: int
    late: int
    sealed_at: datetime | None
    problems: int
    open_problems: int
    photos_owed: int
    recheck_on: date | None


class VisitListOut(BaseModel):
    """One page of visits."""

    items: list[VisitRowOut]
    total: int


class CampaignOut(_FromFacts):
    """A campaign with visits, and the days for which they are planned."""

    name: str
    visits: int
    first_on: date
    last_on: date


class NumbersOut(_FromFacts):
    """抽中 · 已检查 · 发现问题 · 已整改 · 逾期."""

    drawn: int
    inspected: int
    problems: int
    put_right: int
    overdue: int


class TallyOut(_FromFacts):
    """How far some visits have come."""

    total: int
    assigned: int
    under_way: int
    sealed: int
    disputed: int
    closed: int
    problems: int
    open_problems: int
    rechecks_due: int
    rechecks_overdue: int


class DistrictOut(TallyOut):
    """How far the visits of one district have come."""

    jurisdiction: str
    name: str


class TeamTallyOut(TallyOut):
    """How far the visits of one team have come."""

    team_no: int


class DecisionOut(_FromFacts):
    """One visit that waits for a decision, and why."""

    kind: DecisionKind
    inspection: str
    code: str
    campaign: str
    site: str
    jurisdiction: str
    count: int
    since: date | None


class CurvePointOut(_FromFacts):
    """Visits planned and done up to and including a day; nothing is done yet after today."""

    on: date
    planned: int
    done: int | None


class DayOut(_FromFacts):
    """What a day of the week holds."""

    on: date
    planned: int
    sealed: int
    rechecks: int


class BoardOut(_FromFacts):
    """The numbers of one campaign; each mapping counts by state, zeros included. Decisions are of all campaigns."""

    today: date
    campaign: str | None
    campaigns: list[CampaignOut]
    total: int
    numbers: NumbersOut
    visits: dict[str, int]
    problems: dict[str, int]
    rechecks: dict[str, int]
    districts: list[DistrictOut]
    teams: list[TeamTallyOut]
    decisions: list[DecisionOut]
    curve: list[CurvePointOut]
    week: list[DayOut]

    @classmethod
    def of(cls, board: Board) -> Self:
        """Show a board."""
        districts = [{**vars(tally), "jurisdiction": tally.key} for tally in board.districts]
        teams = [{**vars(tally), "team_no": tally.key} for tally in board.teams]
        return cls.model_validate({**vars(board), "total": board.total, "districts": districts, "teams": teams})


class DistrictChoiceOut(_FromFacts):
    """A district by which lists can be narrowed."""

    code: str
    name: str


class TeamChoiceOut(_FromFacts):
    """A team that may be looked at: numbers begin anew in every campaign."""

    campaign: str
    team_no: int
    visits: int
    first_on: date
    last_on: date


class ChoicesOut(BaseModel):
    """By what the lists can be narrowed: only what the caller has visits of."""

    campaigns: list[CampaignOut]
    districts: list[DistrictChoiceOut]
    teams: list[TeamChoiceOut]

    @classmethod
    def of(
        cls, campaigns: Sequence[CampaignFacts], districts: Sequence[Jurisdiction], teams: Sequence[TeamChoice]
    ) -> Self:
        """Show the choices."""
        return cls(
            campaigns=[CampaignOut.model_validate(campaign) for campaign in campaigns],
            districts=[DistrictChoiceOut.model_validate(district) for district in districts],
            teams=[TeamChoiceOut.model_validate(team) for team in teams],
        )


class CalendarDayOut(_FromFacts):
    """One day; `is_known` is false where only weekends can be told. Visits are named in ranges up to a week."""

    on: date
    kind: DayKind
    is_known: bool
    planned: int
    done: int
    rechecks: int
    visits: list[VisitRowOut]


class CalendarViewOut(BaseModel):
    """Every day of the range."""

    today: date
    days: list[CalendarDayOut]

    @classmethod
    def of(cls, days: Sequence[CalendarDay], *, today: date) -> Self:
        """Show the days."""
        return cls(today=today, days=[CalendarDayOut.model_validate(day) for day in days])


class TeamMemberOut(_FromFacts):
    """Somebody of the team; `visits` counts those in which he has a part now, none for who has left."""

    account: str
    name: str
    role: TeamRole
    certificate_no: str | None
    visits: int


class TeamDeviceOut(_FromFacts):
    """A device of the team and what it owes; what lies unsent on it cannot be known here."""

    replica: str
    account: str
    name: str
    made_with: str
    last_seen_at: datetime
    acked_seq: int
    is_flushed: bool
    is_revoked: bool
    waiting: int
    missing: int
    photos_owed: int


class TeamOut(BaseModel):
    """A team's visits, people, devices, and what waits for its leader."""

    today: date
    campaign: str
    team_no: int
    choices: list[TeamChoiceOut]
    visits: list[VisitRowOut]
    members: list[TeamMemberOut]
    devices: list[TeamDeviceOut]
    decisions: list[DecisionOut]

    @classmethod
    def of(cls, team: Team, devices: Sequence[Device], *, today: date) -> Self:
        """Show a team with its devices."""
        return cls(
            today=today,
            campaign=team.choice.campaign,
            team_no=team.choice.team_no,
            choices=[TeamChoiceOut.model_validate(choice) for choice in team.choices],
            visits=[VisitRowOut.model_validate(row) for row in team.visits],
            members=[TeamMemberOut.model_validate(member) for member in team.members],
            devices=[TeamDeviceOut.model_validate(device) for device in devices],
            decisions=[DecisionOut.model_validate(decision) for decision in team.decisions],
        )
