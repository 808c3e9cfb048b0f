"""The hand-overs from one stage to the next: one short function each, in the transaction of whoever calls."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists import queries as checklists
from suicha.checklists.loader import read_calendar
from suicha.feed.rules import visit_scope
from suicha.infra.settings import settings_from_environment
from suicha.inspections import queries as inspections
from suicha.inspections.rules.dispatch import EarlierProblem
from suicha.kit.clock import local_date
from suicha.publication import actions as publication
from suicha.rectification import actions as rectification
from suicha.rectification import queries as problems
from suicha.rectification.actions.amending import amend_for
from suicha.rectification.actions.orders import draft_orders
from suicha.rectification.actions.outcomes import recheck_sealed
from suicha.rectification.rules import answers_from


async def visit_sealed(session: AsyncSession, inspection_id: str, *, now: datetime) -> None:
    """检查 → 责令整改: a record that could be checked and is sealed makes problems with days, and rechecks.

    Called after the record's own news has been written to the feed; called again, it does nothing twice. Terms run from
    the day on which the seal took effect here, not from the day on which the last op or photo arrived. A further seal
    (更正记录) is handed over once as well: what it no longer finds ends, what it finds anew is opened.
    """
    scope = visit_scope(inspection_id)
    inspection = await inspections.inspection_of_scope(session, scope)
    if inspection.kind in ("recheck", "lookback"):
        await recheck_sealed(session, inspection, now=now)
        return
    seal = await inspections.seal_in_force(session, scope)
    answers = answers_from(await inspections.sealed_values(session, seal))
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    calendar, found_on = read_calendar(settings_from_environment().checklists_dir), local_date(seal.sealed_at)
    if seal.n > 1:
        await amend_for(
            session,
            inspection,
            answers,
            manifest_n=seal.n,
            edition=edition,
            calendar=calendar,
            found_on=found_on,
            now=now,
        )
    await rectification.open_for(
        session,
        inspection,
        answers,
        scope=scope,
        manifest_n=seal.n,
        edition=edition,
        calendar=calendar,
        found_on=found_on,
        now=now,
    )
    await draft_orders(session, inspection_id, now=now)
    await publication.propose(session, inspection, sealed_on=found_on, calendar=calendar, now=now)


async def earlier_problems(session: AsyncSession, site_ids: Sequence[str]) -> list[EarlierProblem]:
    """责令整改 → 检查: what earlier visits found at these sites, for the phones of the next team."""
    return [
        EarlierProblem(
            code=row.code,
            item=row.item,
            title=row.title,
            severity=row.severity,
            found_on=row.found_on,
            due_on=row.due_on,
            state=row.state,
            site=row.site_id,
        )
        for row in await problems.problems_at_sites(session, site_ids)
    ]
