"""Puts the pages of another department together: what was handed over to it, and nothing of the rest of the visit."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date
from suicha.rectification import queries
from suicha.rectification.order_schemas import ActOut, ReplyFileOut
from suicha.rectification.pages import photos_of
from suicha.rectification.partner_schemas import (
    JointProblemOut,
    JointRecheckOut,
    LetterDetailOut,
    LetterOut,
    LetterProblemOut,
)
from suicha.rectification.queries import Waiting
from suicha.rectification.recheck_pages import acts_about
from suicha.rectification.rules import RecheckKind, RecheckState, ReferralState
from suicha.rectification.tables import Recheck, Referral
from suicha.registry import queries as registry

# Of a letter's history a department sees its own part; who in the office did what is not its business.
_TOLD = frozenset({"referred", "received_referral", "replied_to_referral"})


def letter_out(found: Waiting, *, today: date) -> LetterOut:
    """Show a letter in the list."""
    row: Referral = found.row
    return LetterOut(
        id=row.id,
        number=row.number,
        state=ReferralState(row.state),
        visit_code=found.visit_code,
        site=found.site,
        enterprise=found.enterprise,
        jurisdiction=row.jurisdiction,
        reason=row.reason,
        sent_on=row.sent_on,
        reply_due_on=row.reply_due_on,
        is_reply_due_uncertain=row.is_reply_due_uncertain,
        is_late=row.state == ReferralState.SENT and row.reply_due_on < today,
        received_at=row.received_at,
        replied_on=row.replied_on,
        reply=row.reply,
    )


async def letter_page(session: AsyncSession, row: Referral, *, now: datetime) -> LetterDetailOut:
    """Everything about one letter."""
    inspection = await session.get_one(Inspection, row.inspection_id)
    site, enterprise = await registry.site_with_enterprise(session, inspection.site_id, "")
    problems = await queries.problems_of_referral(session, row.id)
    photos = await photos_of(session, problems)
    about = Waiting(row, None, inspection.id, inspection.code, site.name, enterprise.name)
    acts = [one for one in await acts_about(session, f"referral:{row.id}") if one.verb in _TOLD]
    return LetterDetailOut(
        **letter_out(about, today=local_date(now)).model_dump(),
        address=site.address,
        uscc=enterprise.uscc,
        has_document=row.document_id is not None,
        problems=[
            LetterProblemOut(
                code=one.code,
                item=one.item,
                title=one.title,
                severity=one.severity,
                remark=one.remark,
                found_on=one.found_on,
                photos=photos.get(one.id, []),
            )
            for one in problems
        ],
        files=[ReplyFileOut.model_validate(file) for file in await queries.reply_files_of(session, [row.id])],
        acts=[ActOut(at=one.at, verb=one.verb, by=None, facts={}) for one in acts],
    )


async def recheck_out(session: AsyncSession, row: Recheck) -> JointRecheckOut:
    """When, where, what is looked at, and what was found."""
    origin = await session.get_one(Inspection, row.inspection_id)
    site, enterprise = await registry.site_with_enterprise(session, row.site_id, "")
    problems = await queries.problems_taken_along(session, row.id) or await queries.problems_to_look_at(session, row)
    outcomes = {one.problem_id: one for one in await queries.outcomes_of(session, row.id)}
    return JointRecheckOut(
        id=row.id,
        kind=RecheckKind(row.kind),
        state=RecheckState(row.state),
        visit_code=origin.code,
        scheduled_on=row.scheduled_on,
        is_uncertain=row.is_uncertain,
        site=site.name,
        address=site.address,
        enterprise=enterprise.name,
        jurisdiction=row.jurisdiction,
        problems=[
            JointProblemOut(
                item=one.item,
                title=one.title,
                severity=one.severity,
                remark=one.remark,
                result=outcomes[one.id].result if one.id in outcomes else None,
                outcome_remark=outcomes[one.id].remark if one.id in outcomes else "",
            )
            for one in problems
        ],
    )
