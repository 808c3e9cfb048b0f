"""What a draw may draw from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.registry.rules import (
    InspectorKind,
    PersonFacts,
    PoolFacts,
    RecusalFacts,
    SiteFacts,
    is_certified,
)
from suicha.registry.tables import Enterprise, Inspector, Leave, Recusal, Site


async def pool_facts(session: AsyncSession, *, jurisdictions: Sequence[str], on: date, until: date) -> PoolFacts:
    """Everything that may be drawn in these jurisdictions for the days from `on` to `until`.

    A jurisdiction is a code or a prefix. People belong to it by their home, recusals by their person. Removed rows are
    left out, and so are the sites of removed enterprises; a recusal from something outside the pool does no harm.
    """
    return PoolFacts(
        sites=await _sites(session, jurisdictions),
        inspectors=await _people(session, jurisdictions, on, until),
        recusals=await _in_force(session, jurisdictions, on, until),
    )


async def _sites(session: AsyncSession, jurisdictions: Sequence[str]) -> list[SiteFacts]:
    rows = await session.execute(
        select(
            col(Site.id),
            col(Site.code),
            col(Site.name),
            col(Site.jurisdiction),
            col(Enterprise.id),
            col(Enterprise.name),
            col(Enterprise.uscc),
            col(Site.risk_class),
        )
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(
            within(col(Site.jurisdiction), jurisdictions),
            col(Site.removed_on).is_(None),
            col(Enterprise.removed_on).is_(None),
        )
        .order_by(col(Site.code))
    )
    return [SiteFacts(*row) for row in rows]


async def _people(session: AsyncSession, jurisdictions: Sequence[str], on: date, until: date) -> list[PersonFacts]:
    away = set(await session.scalars(_leaves(on, until).with_only_columns(col(Leave.inspector_id))))
    rows = await session.scalars(
        select(Inspector)
        .where(within(col(Inspector.home_jurisdiction), jurisdictions), col(Inspector.removed_on).is_(None))
        .order_by(col(Inspector.code))
    )
    return [
        PersonFacts(
            id=row.id,
            code=row.code,
            kind=InspectorKind(row.kind),
            name=row.name,
            certificate_no=row.certificate_no,
            home_jurisdiction=row.home_jurisdiction,
            account_id=row.account_id,
            is_on_leave=row.id in away,
            has_valid_certificate=is_certified(InspectorKind(row.kind), row.certificate_expires_on, until=until),
        )
        for row in rows
    ]


async def _in_force(session: AsyncSession, jurisdictions: Sequence[str], on: date, until: date) -> list[RecusalFacts]:
    rows = await session.scalars(
        _recusals(on, until)
        .join(Inspector, col(Inspector.id) == col(Recusal.inspector_id))
        .where(within(col(Inspector.home_jurisdiction), jurisdictions), col(Inspector.removed_on).is_(None))
        .order_by(col(Inspector.code), col(Recusal.id))
    )
    return [RecusalFacts(row.inspector_id, row.enterprise_id, row.site_id) for row in rows]


def _recusals(on: date, until: date) -> Any:
    return select(Recusal).where(col(Recusal.removed_on).is_(None), *touches(Recusal, on, until))


def _leaves(on: date, until: date) -> Any:
    return select(Leave).where(col(Leave.removed_on).is_(None), *touches(Leave, on, until))


def touches(table: type[Recusal] | type[Leave], on: date, until: date) -> list[ColumnElement[bool]]:
    """Conditions for: some day of [on, until] lies in the period of the row."""
    begins, ends = col(table.from_on), col(table.to_on)
    return [or_(begins.is_(None), begins <= until), or_(ends.is_(None), ends >= on)]


def within(column: Any, jurisdictions: Sequence[str]) -> ColumnElement[bool]:
    """A condition for: the code begins with one of these; none of them means nowhere."""
    return or_(false(), *(column.startswith(prefix, autoescape=True) for prefix in jurisdictions))
