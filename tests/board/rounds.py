"""More of the round: visits of other teams and campaigns, straight into the list."""

from collections.abc import Awaitable, Callable
from datetime import date

from suicha.checklists import queries as checklists
from suicha.inspections import actions
from suicha.inspections.rules.dispatch import Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.kit.ids import named_id
from tests.inspections.conftest import Desk
from tests.inspections.round import NOW, account_id

Told = Callable[[Callable[[Desk], Awaitable[None]]], None]
EARLIER_CAMPAIGN = "示例抽查（上半年）"


def visit_id(code: str) -> str:
    """The id of a visit by its code."""
    return named_id("test", "visit", code)


async def dispatched(
    desk: Desk,
    code: str,
    *,
    on: date,
    jurisdiction: str = "410103",
    team_no: int = 1,
    campaign: str = "示例抽查",
    leader: str = "leader",
) -> str:
    """One more visit, by default of the team of the round; its id."""
    async with desk.database.writing() as session:
        edition = await checklists.latest_edition(session, "property-service-ref-27")
        site = named_id("test", "site", jurisdiction)
        plan = VisitPlan(visit_id(code), code, campaign, site, team_no, on)
        team = {leader: TeamRole.LEADER, "officer": TeamRole.OFFICER, "expert": TeamRole.EXPERT}
        posted = [Posted(account_id(name), role) for name, role in team.items()]
        await actions.dispatch(session, plan, posted, edition_hash=edition.hash, now=NOW)
    return plan.id
