"""公示: proposed with the seal, published by a person, corrected and withdrawn with a reason; nothing is lost."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.infra.db import upsert_ignore
from suicha.infra.policies import policy
from suicha.inspections.tables import Inspection
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.ids import new_id
from suicha.kit.workdays import Calendar, add_working_days
from suicha.publication.errors import (
    CategoryMissing,
    PublicationReasonMissing,
    PublicationStale,
    PublicationUnchanged,
    SecondPersonNeeded,
)
from suicha.publication.gathering import categories_of, labels, visited
from suicha.publication.memory import something_changed
from suicha.publication.rules.snapshot import snapshot, text_of
from suicha.publication.rules.states import Act, PublicationState, after
from suicha.publication.tables import Category, Publication, Revision


async def propose(
    session: AsyncSession, inspection: Inspection, *, sealed_on: date, calendar: Calendar, now: datetime
) -> None:
    """Put a sealed first visit on the list of what is to be published; called again, nothing happens twice."""
    due = add_working_days(sealed_on, policy("publication")["due_working_days"], calendar)
    row = {
        "id": new_id(),
        "inspection_id": inspection.id,
        "jurisdiction": inspection.jurisdiction,
        "state": PublicationState.PROPOSED.value,
        "proposed_at": now,
        "due_on": due.on,
        "is_due_uncertain": due.is_uncertain,
        "edited": {},
        "revision": 0,
        "categories": [],
        "finding_count": 0,
    }
    await session.execute(upsert_ignore(session, Publication, [row]))


async def draft_of(session: AsyncSession, row: Publication, *, today: date) -> tuple[dict[str, Any], str]:
    """What would be published now, and its digest: who publishes names it, so that nobody publishes unseen."""
    facts, proposed = await visited(session, row.inspection_id)
    rules = policy("publication")
    members = snapshot(
        facts,
        categories=categories_of(row, proposed),
        labels=labels(),
        edited=row.edited,
        published_on=today.isoformat(),
        show_remarks=rules["show_remarks"],
        show_inspectors=rules["show_inspectors"],
    )
    return members, text_of(members)[1]


async def is_changed(session: AsyncSession, row: Publication, draft: Mapping[str, Any]) -> bool:
    """True when the draft says something else than the newest text that was published, whatever the day."""
    before = await newest_text(session, row.id)
    # A draft of another day is no other text for that alone.
    return before is None or text_of({**draft, "published_on": before["published_on"]})[1] != text_of(before)[1]


async def edit(
    session: AsyncSession,
    row: Publication,
    *,
    categories: Sequence[str] | None,
    texts: Mapping[str, str],
    by: str,
    now: datetime,
) -> Publication:
    """Choose categories and word remarks for the public; raises CategoryMissing."""
    if categories is not None and (not categories or set(categories) - labels().keys()):
        raise CategoryMissing
    row.chosen = list(categories) if categories is not None else None
    row.edited = {item: text.strip() for item, text in texts.items()}
    row.edited_by = by
    await session.flush()
    await journal.record(
        session, by, "edited_publication", f"publication:{row.id}", at=now, categories=row.chosen, texts=row.edited
    )
    return row


async def publish(
    session: AsyncSession, row: Publication, *, seen: str | None, reason: str | None, by: str, now: datetime
) -> Publication:
    """Publish, or correct what is published with a reason. `seen` is the digest of the draft that was looked at.

    Raises PublicationReasonMissing, PublicationStale, PublicationUnchanged, CategoryMissing or SecondPersonNeeded.
    """
    act = Act.CORRECT if row.state == PublicationState.PUBLISHED else Act.PUBLISH
    state = after(row.state, act)
    if row.revision and not reason:
        raise PublicationReasonMissing
    members, digest = await draft_of(session, row, today=local_date(now))
    if seen is not None and seen != digest:
        raise PublicationStale
    if act == Act.CORRECT and not await is_changed(session, row, members):
        raise PublicationUnchanged
    if not members["categories"]:
        raise CategoryMissing
    if policy("publication")["second_person"] and row.edited_by == by:
        raise SecondPersonNeeded
    text, sha256 = text_of(members)
    row.state, row.revision, row.published_at = state.value, row.revision + 1, now
    row.withdrawn_at, row.withdrawn_because = None, None
    _show(row, members)
    await session.flush()
    await _set_categories(session, row)
    await _add_revision(session, row, act, text=text, sha256=sha256, reason=reason, by=by, now=now)
    return row


async def withdraw(session: AsyncSession, row: Publication, *, reason: str, by: str, now: datetime) -> Publication:
    """Take a publication back: the public sees that and why, and no more. Raises PublicationStepIllegal."""
    row.state = after(row.state, Act.WITHDRAW).value
    row.revision += 1
    row.withdrawn_at, row.withdrawn_because = now, reason
    await session.flush()
    await _add_revision(session, row, Act.WITHDRAW, text=None, sha256=None, reason=reason, by=by, now=now)
    return row


def _show(row: Publication, members: Mapping[str, Any]) -> None:
    for name in ("code", "campaign", "site", "enterprise", "uscc", "district"):
        setattr(row, name, members[name])
    row.inspected_on = date.fromisoformat(members["inspected_on"])
    row.published_on = date.fromisoformat(members["published_on"])
    row.categories = [category["code"] for category in members["categories"]]
    row.finding_count = len(members["findings"])


async def _set_categories(session: AsyncSession, row: Publication) -> None:
    await session.execute(delete(Category).where(col(Category.publication_id) == row.id))
    rows = [{"id": new_id(), "publication_id": row.id, "code": code} for code in row.categories]
    if rows:
        await session.execute(insert(Category), rows)


async def _add_revision(
    session: AsyncSession,
    row: Publication,
    act: Act,
    *,
    text: str | None,
    sha256: str | None,
    reason: str | None,
    by: str,
    now: datetime,
) -> None:
    something_changed()
    session.add(
        Revision(
            publication_id=row.id,
            n=row.revision,
            act=act.value,
            text=text,
            sha256=sha256,
            reason=reason,
            at=now,
            by=by,
        )
    )
    await session.flush()
    await journal.record(
        session,
        by,
        f"{act.value}_publication",
        f"publication:{row.id}",
        at=now,
        revision=row.revision,
        sha256=sha256,
        reason=reason,
    )


async def newest_text(session: AsyncSession, publication_id: str) -> dict[str, Any] | None:
    """What the newest revision with a text says; None before the first."""
    found = await session.scalar(
        select(Revision)
        .where(col(Revision.publication_id) == publication_id, col(Revision.text).is_not(None))
        .order_by(col(Revision.n).desc())
        .limit(1)
    )
    return members_of(found) if found else None


def members_of(revision: Revision) -> dict[str, Any] | None:
    """What a revision says; None for a withdrawal."""
    members: dict[str, Any] | None = json.loads(revision.text) if revision.text else None
    return members
